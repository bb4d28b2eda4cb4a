import type { KeptValue } from '../formats/kept-columns.ts';
import { TextBuffer } from '../formats/text-buffer.ts';
import type { ColumnValues } from './column-values.ts';

/** The values of a column that is repeated in the result, by row; null where there is none. */
export function keptCells(column: ColumnValues, isFloat32: boolean): (row: number) => KeptValue {
  const read = readerOf(column, isFloat32);
  return (row) => (column.missing?.[row] === 1 ? null : read(row));
}

function readerOf(column: ColumnValues, isFloat32: boolean): (row: number) => KeptValue {
  const { kind, values } = column;
  if (kind === 'texts') return (row) => column.texts[values[row]!];
  if (kind === 'booleans') return (row) => values[row] === 1;
  if (kind === 'times') return (row) => new Date(values[row]!).toISOString();
  if (kind === 'integers') return (row) => integerOf(values[row]!);
  if (!isFloat32) return (row) => values[row];
  const text = new TextBuffer();
  return (row) => {
    // The shortest text that tells the float32 from others, and the number that is written so.
    text.number(values[row]!, true);
    return Number(text.take().toString());
  };
}

/** A number, unless it would lose digits. */
const integerOf = (value: bigint): number | string =>
  Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
