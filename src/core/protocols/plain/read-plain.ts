import { isObject, memberOf, readJsonBody } from '../body-json.ts';
import type { ReadableCall } from '../dialect.ts';
import { isJson, parseMediaType } from '../media-type.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { readRecords } from '../rows/json-tables.ts';
import { readCsv, readNdjson } from '../rows/lines.ts';
import { onlyListOf, quickRecords } from '../rows/quick-records.ts';
import { type CallRows, type RowModel, readRows } from '../rows/rows-call.ts';

/** A body may carry rows under this name, unless it is the name of a feature whose value is no list. */
const rowsKey = 'rows';

const openBracket = 0x5b;
const ndjsonTypes: ReadonlySet<string> = new Set([
  'application/x-ndjson',
  'application/jsonl',
  'application/jsonlines',
]);

/**
 * Reads the rows of `POST /models/{name}/score`.
 *
 *     {"type": "L", "torque": 42.8}                    one row
 *     [{"type": "L", "torque": 42.8}, ...]             rows
 *     {"rows": [{"type": "L", "torque": 42.8}, ...]}   rows
 *
 * or one such object a line (`application/x-ndjson`), or CSV with a header (`text/csv`).
 */
export function readPlainRows(model: RowModel, { header, body }: ReadableCall): CallRows | Refusal {
  const contentType = header('content-type');
  if (isJson(contentType)) return readJson(model, body);
  const { type } = parseMediaType(contentType as string);
  if (ndjsonTypes.has(type)) return readNdjson(model, body);
  if (type === 'text/csv') return readCsv(model, body);
  const known = 'application/json, application/x-ndjson or text/csv';
  return refusal('media_type.unsupported', `Expected content type ${known}, got ${JSON.stringify(type)}.`);
}

function readJson(model: RowModel, body: Uint8Array): CallRows | Refusal {
  const list = body[0] === openBracket ? body : onlyListOf(body, rowsKey);
  const quick = list && quickRecords(model, list, list === body ? '' : `/${rowsKey}`);
  return quick ?? readOneQuickly(model, body) ?? readSlowly(model, body);
}

/** One row by itself has no number in its place. */
function readOneQuickly(model: RowModel, body: Uint8Array): CallRows | undefined {
  const quick = body[0] === openBracket ? undefined : quickRecords(model, body, '');
  return quick?.count === 1 ? { ...quick, pointerTo: (_, path) => path } : quick;
}

function readSlowly(model: RowModel, body: Uint8Array): CallRows | Refusal {
  const json = readJsonBody(body);
  if ('code' in json) return json;
  const { value } = json;
  if (Array.isArray(value)) return readRecords(model, value, '');
  const inside = isObject(value) ? memberOf(value, rowsKey) : undefined;
  if (Array.isArray(inside)) return readRecords(model, inside, `/${rowsKey}`);
  return readRows(
    model,
    1,
    () => ({ record: value }),
    (_, path) => path,
  );
}
