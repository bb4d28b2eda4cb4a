import {
  acceptBoolean,
  acceptCategory,
  acceptMissing,
  acceptNumber,
  acceptText,
  acceptTime,
  describeFeature,
  faultAt,
} from '../batch/accept-value.ts';
import { badKey } from '../batch/json-rows.ts';
import type { Layout, Slot } from '../batch/layout.ts';
import type { RecordBatch } from '../batch/record-batch.ts';
import { describeValue, type Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import type { CsvDialect } from '../manifest/csv.ts';
import { type CsvRow, fieldText } from './csv-row.ts';
import { parseDecimal } from './decimal.ts';

/** Reads what belongs to one feature, or to the key, out of a row into the batch; or says why it does not fit. */
export type ReadField = (row: CsvRow, batch: RecordBatch, at: number) => Fault | undefined;

/** What the dialect says of single cells. */
interface CellRules {
  /** The byte in front of a fraction. */
  readonly point: number;
  readonly missing: ReadonlySet<string>;
  readonly encoding: CsvDialect['encoding'];
}

export const cellRulesOf = ({ decimal, missing, encoding }: CsvDialect): CellRules => ({
  point: decimal.charCodeAt(0),
  missing: new Set(missing),
  encoding,
});

/** The reader of a feature without a column: every value is missing. */
export const absentReader =
  (slot: Slot): ReadField =>
  (_, batch, at) =>
    acceptMissing(slot, 'no such column', batch, at);

/** The reader of one feature's fields. Blanks around a value mean nothing, but for texts and categories. */
export function fieldReader(slot: Slot, column: number, rules: CellRules): ReadField {
  const { type } = slot.feature;
  if (type === 'number' || type === 'integer') return numberReader(slot, column, rules);
  const read = type === 'timestamp' ? timeIn : acceptByType[type];
  const isTrimmed = type === 'timestamp' || type === 'boolean';
  return (row, batch, at) => {
    const text = fieldText(row, column);
    if (text === undefined) return notText(slot, rules);
    const cell = isTrimmed ? text.trim() : text;
    return rules.missing.has(cell) ? acceptMissing(slot, missingCell(cell), batch, at) : read(slot, cell, batch, at);
  };
}

/** The reader of the fields that name the entity of a row. */
export function keyReader(layout: Layout, column: number): ReadField {
  return (row, batch, at) => {
    const text = fieldText(row, column);
    if (text === undefined || text.length > limits.keyCharactersMax) return badKey(layout, text);
    batch.keys[at] = text === '' ? undefined : text;
    return undefined;
  };
}

const missingCell = (cell: string): string => (cell === '' ? 'nothing' : describeValue(cell));

const notText = (slot: Slot, { encoding }: CellRules): Fault =>
  faultAt(slot, 'text.not_utf8', encoding.toUpperCase(), 'bytes that are not');

export const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;

function numberReader(slot: Slot, column: number, { point, missing }: CellRules): ReadField {
  const isMissing = (row: CsvRow) => missing.has((fieldText(row, column) ?? '').trim());
  const spellsMissing = [...missing].some((spelling) => spelling !== '');
  return (row, batch, at) => {
    const { bytes } = row;
    let start = row.starts[column]!;
    let end = row.ends[column]!;
    while (start < end && isBlank(bytes[start])) start++;
    while (start < end && isBlank(bytes[end - 1])) end--;
    if (start === end && missing.has('')) return acceptMissing(slot, 'nothing', batch, at);
    if (spellsMissing && isMissing(row)) return acceptMissing(slot, describeField(row, column), batch, at);
    const value = parseDecimal(bytes, start, end, point);
    if (!Number.isNaN(value)) return acceptNumber(slot, value, batch, at);
    const comma = point === 0x2e ? '' : ' with a decimal comma';
    return faultAt(slot, 'number.malformed', `${describeFeature(slot.feature)}${comma}`, describeField(row, column));
  };
}

const describeField = (row: CsvRow, column: number) => describeValue(fieldText(row, column) ?? '');

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false };

/** Writes `true`, `false`, `1` or `0`, in small letters or large ones. */
export function booleanIn(slot: Slot, cell: string, batch: RecordBatch, at: number): Fault | undefined {
  const text = cell.toLowerCase();
  const value = Object.hasOwn(booleans, text) ? booleans[text] : undefined;
  if (value !== undefined) return acceptBoolean(slot, value, batch, at);
  return faultAt(slot, 'feature.wrong_type', describeFeature(slot.feature), describeValue(cell));
}

/** Writes a time. A number is milliseconds, always with a point: 1,5 milliseconds are nobody's time. */
export function timeIn(slot: Slot, cell: string, batch: RecordBatch, at: number): Fault | undefined {
  const bytes = Buffer.from(cell);
  const milliseconds = parseDecimal(bytes, 0, bytes.length);
  return Number.isNaN(milliseconds) ? acceptTime(slot, cell, batch, at) : acceptNumber(slot, milliseconds, batch, at);
}

const acceptByType = { category: acceptCategory, boolean: booleanIn, text: acceptText } as const;
