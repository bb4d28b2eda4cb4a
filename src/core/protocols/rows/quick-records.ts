import { RecordBatch } from '../../batch/record-batch.ts';
import { placesOf } from './json-tables.ts';
import { type CallRows, type RowModel, wrongCount } from './rows-call.ts';

/** A row is rarely smaller: room for the rows of a body is made at once. */
const rowBytesGuess = 128;
const valueBytesGuess = 4;

const noFaults: CallRows['faults'] = new Map();

/**
 * Reads records straight from their bytes. undefined when they are not the common case: then the long way decides.
 * @param records the bytes of one record or of a list of records
 * @param at where the list stands in the body
 */
export function quickRecords(model: RowModel, records: Uint8Array, at: string): CallRows | undefined {
  return quickly(model, records, rowBytesGuess, at, (batch) => model.jsonBytes.appendRecords(batch, records));
}

/**
 * Reads rows that are lists of values straight from their bytes. undefined when they are not the common case.
 * @param names of the values of a row, in order; the features in the order of the manifest when absent
 */
export function quickLists(
  model: RowModel,
  lists: Uint8Array,
  names: readonly string[] | undefined,
  at: string,
): CallRows | undefined {
  const columns = names ?? model.manifest.features.map(({ name }) => name);
  const rows = quickly(model, lists, 1, at, (batch) => model.jsonBytes.appendLists(batch, lists, columns));
  return rows && { ...rows, pointerTo: (row, path) => `${at}/${row}${placesOf(model, columns).get(path) ?? ''}` };
}

/** Rows as objects, or as lists of values in the order of the manifest, whichever the first one is. */
export function quickRows(model: RowModel, rows: Uint8Array, at: string): CallRows | undefined {
  return rows[skipSpace(rows, 1)] === openBracket
    ? quickLists(model, rows, undefined, at)
    : quickRecords(model, rows, at);
}

function quickly(
  model: RowModel,
  bytes: Uint8Array,
  rowBytesMin: number,
  at: string,
  append: (batch: RecordBatch) => boolean,
): CallRows | undefined {
  const rowBytes = Math.max(rowBytesMin, valueBytesGuess * model.layout.slots.length);
  const batch = new RecordBatch(model.layout, Math.ceil(bytes.length / rowBytes));
  if (!append(batch) || wrongCount(batch.length) !== undefined) return undefined;
  return { batch, count: batch.length, faults: noFaults, pointerTo: (row, path) => `${at}/${row}${path}` };
}

const [openBrace, closeBrace, openBracket, colon, quote] = [0x7b, 0x7d, 0x5b, 0x3a, 0x22] as const;

/**
 * The bytes between the braces of `{"name": [...]}`, when the object begins with this name and a list; undefined when
 * it does not. Whether nothing else is in the object shows when the list is read to its last byte.
 */
export function onlyListOf(body: Uint8Array, name: string): Uint8Array | undefined {
  let at = skipSpace(body, 0);
  if (body[at] !== openBrace) return undefined;
  at = skipSpace(body, at + 1);
  if (body[at] !== quote || body[at + name.length + 1] !== quote) return undefined;
  for (let i = 0; i < name.length; i++) if (body[at + 1 + i] !== name.charCodeAt(i)) return undefined;
  at = skipSpace(body, at + name.length + 2);
  if (body[at] !== colon) return undefined;
  at = skipSpace(body, at + 1);
  let end = body.length - 1;
  while (end > at && isSpace(body[end])) end--;
  return body[at] === openBracket && body[end] === closeBrace ? body.subarray(at, end) : undefined;
}

const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}
