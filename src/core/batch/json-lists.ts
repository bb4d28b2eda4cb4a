import { acceptMissing } from './accept-value.ts';
import type { Field } from './json-fields.ts';
import { declined, readKey, readValue, skipSpace, skipValue } from './json-values.ts';
import type { Layout, Slot } from './layout.ts';
import type { RecordBatch } from './record-batch.ts';

const [comma, openBracket, closeBracket] = [0x2c, 0x5b, 0x5d] as const;

/** The columns of a table whose rows are lists, as its layout knows them. */
interface Columns {
  /** Where the value of each column goes; undefined for one that nobody asked for. */
  readonly fields: readonly (Field | undefined)[];
  /** Features without a column. */
  readonly missing: readonly Slot[];
}

/**
 * Appends the rows of a list of lists straight from the bytes of JSON, as `JsonBytesReader` appends records.
 * @param names of the values of a row, in order
 * @returns false when something is not of the common case; the batch is to be thrown away then
 */
export function appendLists(
  layout: Layout,
  known: ReadonlyMap<string, Field>,
  batch: RecordBatch,
  bytes: Uint8Array,
  names: readonly string[],
): boolean {
  const columns = columnsOf(layout, known, names);
  let at = skipSpace(bytes, 0);
  if (columns === undefined || bytes[at] !== openBracket) return false;
  do {
    at = readList(columns, batch, bytes, skipSpace(bytes, at + 1));
    if (at === declined) return false;
    batch.finishRow();
    at = skipSpace(bytes, at);
  } while (bytes[at] === comma);
  return bytes[at] === closeBracket && skipSpace(bytes, at + 1) === bytes.length;
}

/** @returns undefined when two columns mean the same */
function columnsOf(
  { slots }: Layout,
  known: ReadonlyMap<string, Field>,
  names: readonly string[],
): Columns | undefined {
  const fields = names.map((name) => known.get(name));
  const found = fields.filter((field) => field !== undefined).map(({ index }) => index);
  const unique = new Set(found);
  if (unique.size < found.length || new Set(names).size < names.length) return undefined;
  return { fields, missing: slots.filter((_, index) => !unique.has(index)) };
}

/** @returns where the list ends, or `declined` */
function readList({ fields, missing }: Columns, batch: RecordBatch, bytes: Uint8Array, start: number): number {
  const row = batch.startRow();
  batch.keys[row] = undefined;
  let at = start;
  for (let i = 0; i < fields.length; i++) {
    // Before the first value stands the bracket, before the others a comma.
    if (bytes[at] !== (i === 0 ? openBracket : comma)) return declined;
    at = readField(fields[i], batch, row, bytes, skipSpace(bytes, at + 1));
    if (at === declined) return declined;
    at = skipSpace(bytes, at);
  }
  if (bytes[at] !== closeBracket) return declined;
  for (const slot of missing) if (acceptMissing(slot, 'nothing', batch, row) !== undefined) return declined;
  return at + 1;
}

function readField(field: Field | undefined, batch: RecordBatch, row: number, bytes: Uint8Array, at: number): number {
  if (field === undefined) return skipValue(bytes, at);
  return field.slot === undefined ? readKey(batch, row, bytes, at) : readValue(field.slot, batch, row, bytes, at);
}
