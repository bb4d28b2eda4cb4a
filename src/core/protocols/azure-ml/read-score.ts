import { pointerTo } from '../../fault.ts';
import { isObject, type JsonObject, malformed, memberOf, readJsonBody } from '../body-json.ts';
import type { ReadableCall } from '../dialect.ts';
import { isJson } from '../media-type.ts';
import { readListOrColumns, readSplit } from '../mlflow/read-invocation.ts';
import { type Refusal, refusal, refusalOf } from '../refusal.ts';
import { readRecords, readRecordsOrLists } from '../rows/json-tables.ts';
import { onlyListOf, quickRows } from '../rows/quick-records.ts';
import { quickSplit } from '../rows/quick-split.ts';
import type { CallRows, RowModel } from '../rows/rows-call.ts';

/** What the answer looks like: a bare list, marks in a bare list, or marks in a list under a name. */
export type ScoreForm =
  | { readonly kind: 'list' }
  | { readonly kind: 'events' }
  | { readonly kind: 'results'; readonly output: string };

/** The rows of a call to `/score`, and how they are answered. */
export interface ScoreBody {
  readonly rows: CallRows;
  readonly form: ScoreForm;
}

const list: ScoreForm = { kind: 'list' };
const openBracket = 0x5b;

/**
 * Reads the bodies of `/score`:
 *
 *     {"input_data": {"columns", "data"}}   {"input_data": [[...]]}   {"input_data": {"name": [...]}}
 *     {"data": [[...]]}                     {"Inputs": {"name": [{...}]}, "GlobalParameters": {}}
 *     [{...}]                               events of Azure Stream Analytics
 */
export function readScoreBody(model: RowModel, call: ReadableCall): ScoreBody | Refusal {
  if (call.method === 'GET') return readForms(model, queryValues(call.query));
  const wrong = wrongType(call.header('content-type'));
  if (wrong !== undefined) return wrong;
  const { body } = call;
  if (body[0] === openBracket) {
    const quick = quickRows(model, body, '');
    if (quick !== undefined) return { rows: quick, form: { kind: 'events' } };
  }
  for (const name of ['input_data', 'data']) {
    const bytes = onlyListOf(body, name);
    const quick = bytes && quickRows(model, bytes, `/${name}`);
    if (quick !== undefined) return { rows: quick, form: list };
  }
  const split = quickSplit(model, body, 'input_data');
  if (split !== undefined) return { rows: split, form: list };
  const json = readJsonBody(body);
  if ('code' in json) return json;
  if (Array.isArray(json.value)) return formed(readRecordsOrLists(model, json.value, ''), { kind: 'events' });
  return readForms(model, json.value);
}

/** The refusal of a body that is no JSON by its type. */
export function wrongType(contentType: string | undefined): Refusal | undefined {
  if (isJson(contentType)) return undefined;
  const got = JSON.stringify(contentType);
  return refusal('media_type.unsupported', `Expected content type application/json, got ${got}.`);
}

const formed = (rows: CallRows | Refusal, form: ScoreForm): ScoreBody | Refusal =>
  'code' in rows ? rows : { rows, form };

function readForms(model: RowModel, value: unknown): ScoreBody | Refusal {
  if (isObject(value)) {
    const [inputData, data, inputs] = ['input_data', 'data', 'Inputs'].map((name) => memberOf(value, name));
    if (inputs !== undefined) return readInputs(model, inputs);
    if (isObject(inputData) && Object.hasOwn(inputData, 'data') && Object.hasOwn(inputData, 'columns')) {
      return formed(readSplit(model, inputData, '/input_data'), list);
    }
    if (inputData !== undefined) return formed(readListOrColumns(model, inputData, '/input_data'), list);
    if (data !== undefined) return formed(readListOrColumns(model, data, '/data'), list);
  }
  return refusalOf([malformed('', 'a list of rows, or an object with one of input_data, data, Inputs', value)]);
}

/** One input with a list of records: `WebServiceInput0` is answered as `WebServiceOutput0`. */
function readInputs(model: RowModel, inputs: unknown): ScoreBody | Refusal {
  const entries = isObject(inputs) ? Object.entries(inputs) : [];
  const [[name, rows] = ['', undefined]] = entries;
  if (entries.length !== 1 || !Array.isArray(rows)) {
    return refusalOf([malformed('/Inputs', 'an object with one list of rows', entries.length === 1 ? rows : inputs)]);
  }
  const at = pointerTo('Inputs', name);
  const output = /input/i.test(name)
    ? name.replace(/input/i, (word) => (word[0] === 'I' ? 'Output' : 'output'))
    : 'output';
  const read = Array.isArray(rows[0]) ? readRecordsOrLists(model, rows, at) : readRecords(model, rows, at);
  return formed(read, { kind: 'results', output });
}

/** A query as a body: values are JSON where they can be, and a name that comes twice is a list. */
function queryValues(query: string): JsonObject {
  const parameters = new URLSearchParams(query);
  const values = (name: string) => parameters.getAll(name).map(parsedOrText);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const [first, ...others] = values(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
