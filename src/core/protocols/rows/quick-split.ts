import { isObject, memberOf, readJsonBody } from '../body-json.ts';
import { quickLists } from './quick-records.ts';
import type { CallRows, RowModel } from './rows-call.ts';

const dataKey = Buffer.from('"data"');
const emptyList = Buffer.from('[]');
const [openBracket, closeBracket] = [0x5b, 0x5d] as const;
const members: ReadonlySet<string> = new Set(['columns', 'index', 'data']);

/**
 * Reads `{"<name>": {"columns": [...], "index": [...], "data": [[...], ...]}}` with its rows straight from their bytes, as
 * pandas writes it: the data come last. undefined when it is not written so; then the long way decides.
 */
export function quickSplit(model: RowModel, body: Uint8Array, name: string): CallRows | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const key = bytes.indexOf(dataKey);
  const from = key < 0 ? -1 : bytes.indexOf(openBracket, key + dataKey.length);
  const to = bytes.lastIndexOf(closeBracket) + 1;
  if (from < 0 || to <= from) return undefined;
  // What is left shows whether it was the data of this object that were cut out.
  const rest = readJsonBody(Buffer.concat([bytes.subarray(0, from), emptyList, bytes.subarray(to)]));
  const names = 'code' in rest ? undefined : columnsOf(rest.value, name);
  return names && quickLists(model, bytes.subarray(from, to), names.columns, `/${name}/data`);
}

/** @returns undefined when this is no table without rows */
function columnsOf(value: unknown, name: string): { readonly columns: readonly string[] | undefined } | undefined {
  const table = isObject(value) && Object.keys(value).length === 1 ? memberOf(value, name) : undefined;
  if (!isObject(table) || Object.keys(table).some((member) => !members.has(member))) return undefined;
  const [columns, data] = [memberOf(table, 'columns'), memberOf(table, 'data')];
  if (!Array.isArray(data) || data.length > 0) return undefined;
  if (columns === undefined) return { columns };
  return Array.isArray(columns) && columns.every((each) => typeof each === 'string') ? { columns } : undefined;
}
