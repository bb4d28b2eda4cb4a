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
import type { Fault } from '../fault.ts';
import { booleanIn } from '../formats/csv-fields.ts';
import { limits } from '../limits.ts';
import type { ValueKind } from './column-type.ts';
import type { ColumnValues } from './column-values.ts';
import { doublesOf } from './longs.ts';
import type { PieceColumn } from './parquet-piece.ts';

/** Says that a row of the slice is wrong. */
type Refuse = (row: number, fault: Fault) => void;

/** Reads one column of a slice into the rows of a batch from `first` on. */
export type ReadColumn = (
  columns: readonly ColumnValues[],
  batch: RecordBatch,
  first: number,
  rows: number,
  refuse: Refuse,
) => void;

/** Writes the value of one row, which is not missing. */
type Accept = (slot: Slot, column: ColumnValues, row: number, batch: RecordBatch, at: number) => Fault | undefined;

function textAt(column: ColumnValues, row: number): string | null {
  if (column.kind === 'texts') return column.texts[column.values[row]!]!;
  if (column.kind === 'booleans') return column.values[row] === 1 ? 'true' : 'false';
  return String(column.values[row]);
}

const fromText =
  (accept: (slot: Slot, text: string, batch: RecordBatch, at: number) => Fault | undefined): Accept =>
  (slot, column, row, batch, at) => {
    const text = textAt(column, row);
    if (text === null) return faultAt(slot, 'text.not_utf8', 'UTF-8', 'bytes that are not');
    return accept(slot, text, batch, at);
  };

const booleanAt: Accept = (slot, column, row, batch, at) => acceptBoolean(slot, column.values[row] === 1, batch, at);

const ofWholeNumbers = { numbers: fromText(acceptCategory), integers: fromText(acceptCategory) };

/** Which kinds of columns each type of feature takes, and how. */
const accepts: Readonly<Record<Slot['feature']['type'], Partial<Record<ValueKind, Accept | 'as numbers'>>>> = {
  number: { numbers: 'as numbers', integers: 'as numbers' },
  integer: { numbers: 'as numbers', integers: 'as numbers' },
  boolean: {
    booleans: booleanAt,
    integers: fromText(booleanIn),
    numbers: fromText(booleanIn),
    texts: fromText(booleanIn),
  },
  category: { texts: fromText(acceptCategory), booleans: fromText(acceptCategory), ...ofWholeNumbers },
  text: { texts: fromText(acceptText) },
  timestamp: { times: 'as numbers', integers: 'as numbers', numbers: 'as numbers', texts: fromText(acceptTime) },
};

/**
 * The reader of one feature's column.
 * @param at position among the columns; below 0 there is none, and every value is missing
 * @param refuseFile says that the column is of a type that the feature does not take
 */
export function columnReader(
  slot: Slot,
  at: number,
  column: PieceColumn | undefined,
  refuseFile: (name: string, expected: string, got: string) => void,
): ReadColumn {
  if (column === undefined) {
    return (_, batch, first, rows, refuse) => {
      for (let row = 0; row < rows; row++) missing(slot, 'no such column', batch, first, row, refuse);
    };
  }
  const accept = accepts[slot.feature.type][column.kind];
  if (accept === undefined) {
    refuseFile(
      slot.feature.name,
      `a column of values that are ${describeFeature(slot.feature)}`,
      `one of ${column.kind}`,
    );
    return () => {};
  }
  return (columns, batch, first, rows, refuse) => {
    const values = columns[at]!;
    if (accept === 'as numbers') {
      readNumbers(slot, numbersOf(values), values.missing, batch, first, refuse);
      return;
    }
    for (let row = 0; row < rows; row++) {
      if (isMissing(values, row)) missing(slot, 'null', batch, first, row, refuse);
      else {
        const fault = accept(slot, values, row, batch, first + row);
        if (fault !== undefined) refuse(row, fault);
      }
    }
  };
}

const numbersOf = ({ values }: ColumnValues): Float64Array =>
  values instanceof Float64Array ? values : doublesOf(values as BigInt64Array | BigUint64Array);

/**
 * Reads numbers apart from all else: code that sees one type of memory is several times faster. A number that is plainly
 * right is written at once; whatever else goes the way of all formats.
 */
function readNumbers(
  slot: Slot,
  values: Float64Array,
  flags: Uint8Array | undefined,
  batch: RecordBatch,
  first: number,
  refuse: Refuse,
): void {
  const { feature, magnitudeEnd } = slot;
  const least = ('min' in feature ? feature.min : undefined) ?? Number.NEGATIVE_INFINITY;
  const most = ('max' in feature ? feature.max : undefined) ?? Number.POSITIVE_INFINITY;
  const isWhole = feature.type === 'integer';
  const { numbers } = batch;
  const width = batch.layout.numberCount;
  let at = first * width + slot.column;
  for (let row = 0; row < values.length; row++, at += width) {
    const value = values[row]!;
    const isMissing = (flags !== undefined && flags[row] === 1) || Number.isNaN(value);
    // Whatever is compared with NaN is false.
    const isRight = value >= least && value <= most && Math.abs(value) < magnitudeEnd;
    if (isRight && !isMissing && (!isWhole || Number.isSafeInteger(value))) numbers[at] = value;
    else if (isMissing) missing(slot, 'null', batch, first, row, refuse);
    else {
      const fault = acceptNumber(slot, value, batch, first + row);
      if (fault !== undefined) refuse(row, fault);
    }
  }
}

/** Null; an empty text and NaN too, which some writers put in its place. */
function isMissing(column: ColumnValues, row: number): boolean {
  if (column.missing?.[row] === 1) return true;
  return column.kind === 'texts' ? column.texts[column.values[row]!] === '' : Number.isNaN(column.values[row]);
}

function missing(slot: Slot, got: string, batch: RecordBatch, first: number, row: number, refuse: Refuse): void {
  const fault = acceptMissing(slot, got, batch, first + row);
  if (fault !== undefined) refuse(row, fault);
}

/** The reader of the column that names the entity of a row. */
export const keyColumnReader =
  (layout: Layout, at: number): ReadColumn =>
  (columns, batch, first, rows, refuse) => {
    const column = columns[at]!;
    for (let row = 0; row < rows; row++) {
      const text = isMissing(column, row) ? undefined : textAt(column, row);
      if (text === null || (text?.length ?? 0) > limits.keyCharactersMax)
        refuse(row, badKey(layout, text ?? undefined));
      else batch.keys[first + row] = text;
    }
  };
