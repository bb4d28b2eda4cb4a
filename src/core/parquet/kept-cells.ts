import { csvField } from '../formats/csv-text.ts';
import { TextBuffer } from '../formats/text-buffer.ts';
import type { ColumnValues } from './column-values.ts';

/** Prints the cells of a column that is repeated in the result, as fields of CSV; a missing value is an empty field. */
export function keptCells(column: ColumnValues, isFloat32: boolean): (row: number) => string {
  if (column.kind === 'texts') return (row) => csvField(column.values[row] ?? '');
  const print = printerOf(column, isFloat32);
  return (row) => (column.missing?.[row] === 1 ? '' : print(row));
}

function printerOf(column: Exclude<ColumnValues, { kind: 'texts' }>, isFloat32: boolean): (row: number) => string {
  const { kind, values } = column;
  if (kind === 'booleans') return (row) => (values[row] === 1 ? 'true' : 'false');
  if (kind === 'times') return (row) => new Date(values[row]!).toISOString();
  if (!isFloat32) return (row) => String(values[row]);
  const text = new TextBuffer();
  return (row) => {
    text.number(values[row] as number, true);
    return text.take().toString();
  };
}
