import { pointerTo } from '../../fault.ts';
import { isObject, type JsonObject, malformed, memberOf, readJsonBody } from '../body-json.ts';
import { type Refusal, refusalOf } from '../refusal.ts';
import { readColumns, readRecords, readRecordsOrLists, readTable } from '../rows/json-tables.ts';
import { onlyListOf, quickRecords, quickRows } from '../rows/quick-records.ts';
import { quickSplit } from '../rows/quick-split.ts';
import type { CallRows, RowModel } from '../rows/rows-call.ts';

type ReadForm = (model: RowModel, value: unknown) => CallRows | Refusal;

/** The forms of a JSON body, of which it has exactly one. */
const forms: Readonly<Record<string, ReadForm>> = {
  dataframe_split: (model, value) => readSplit(model, value, '/dataframe_split'),
  dataframe_records: (model, value) =>
    Array.isArray(value)
      ? readRecords(model, value, '/dataframe_records')
      : refusalOf([malformed('/dataframe_records', 'a list of records', value)]),
  instances: (model, value) => readListOrColumns(model, value, '/instances'),
  inputs: (model, value) => readListOrColumns(model, value, '/inputs'),
};
const known = Object.keys(forms);

/** Reads the JSON of `/invocations`. */
export function readInvocation(model: RowModel, body: Uint8Array): CallRows | Refusal {
  for (const name of ['dataframe_records', 'instances', 'inputs']) {
    const list = onlyListOf(body, name);
    const read = name === 'dataframe_records' ? quickRecords : quickRows;
    const quick = list && read(model, list, pointerTo(name));
    if (quick !== undefined) return quick;
  }
  const split = quickSplit(model, body, 'dataframe_split');
  if (split !== undefined) return split;
  const json = readJsonBody(body);
  if ('code' in json) return json;
  const form = formOf(json.value);
  return 'code' in form ? form : form.read(model, form.value);
}

function formOf(value: unknown): { read: ReadForm; value: unknown } | Refusal {
  if (!isObject(value)) return refusalOf([malformed('', `an object with one of ${known.join(', ')}`, value)]);
  const found = known.filter((name) => Object.hasOwn(value, name));
  const [name] = found;
  if (name !== undefined && found.length === 1) return { read: forms[name] as ReadForm, value: value[name] };
  const got = found.length === 0 ? Object.keys(value).slice(0, 5).join(', ') || 'none' : found.join(', ');
  return refusalOf([{ ...malformed('', `exactly one of ${known.join(', ')}`, undefined), got }]);
}

/**
 * Reads `{"columns": [...], "data": [[...], ...]}`; an `index` says nothing to a model.
 * @param at where it stands in the body
 */
export function readSplit(model: RowModel, value: unknown, at: string): CallRows | Refusal {
  if (!isObject(value)) return refusalOf([malformed(at, 'an object with columns and data', value)]);
  const [columns, data] = [memberOf(value, 'columns'), memberOf(value, 'data')];
  if (columns !== undefined && !(Array.isArray(columns) && columns.every((name) => typeof name === 'string'))) {
    return refusalOf([malformed(`${at}/columns`, 'a list of names', columns)]);
  }
  if (!Array.isArray(data)) return refusalOf([malformed(`${at}/data`, 'a list of rows', data)]);
  return readTable(model, columns as string[] | undefined, data, `${at}/data`);
}

/** @param at where it stands in the body */
export function readListOrColumns(model: RowModel, value: unknown, at: string): CallRows | Refusal {
  if (Array.isArray(value)) return readRecordsOrLists(model, value, at);
  if (isObject(value)) return readColumns(model, value as JsonObject, at);
  return refusalOf([malformed(at, 'a list of rows, or columns by name', value)]);
}
