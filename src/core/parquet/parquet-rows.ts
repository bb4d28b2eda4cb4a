import type { Layout, Slot } from '../batch/layout.ts';
import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { DecodedRows, RowDecoder } from '../formats/decoded-rows.ts';
import { columnReader, keyColumnReader, type ReadColumn } from './column-readers.ts';
import type { ColumnSlice, ColumnValues } from './column-values.ts';
import { keptCells } from './kept-cells.ts';
import type { ParquetPiece, PieceColumn } from './parquet-piece.ts';

/** What is done with each slice, once the columns are known. */
interface SlicePlan {
  readonly reads: readonly ReadColumn[];
  /** Columns that are repeated in the result. */
  readonly kept: readonly number[];
  readonly columns: readonly PieceColumn[];
}

/** Names of the columns that a model reads of a file, or JSON Pointers to them. */
export const wantedColumns = (layout: Layout, keptColumns: readonly string[]): string[] => [
  ...layout.slots.flatMap(namesOf),
  ...layout.keyNames,
  ...keptColumns,
];

const namesOf = ({ feature }: Slot): readonly string[] => [feature.name, ...(feature.aliases ?? [])];

/** Reads the rows of a Parquet file into batches of a layout, by the same rules for values as any other format. */
export class ParquetRowDecoder implements RowDecoder<ParquetPiece> {
  rowsSeen: number;
  readonly keptColumns: readonly string[];
  readonly #layout: Layout;
  #plan: SlicePlan | undefined;

  /**
   * @param keptColumns names of the columns that are repeated in the result
   * @param firstRow position of the first row that comes, where a part of the file is read
   */
  constructor(layout: Layout, keptColumns: readonly string[], firstRow = 0) {
    this.#layout = layout;
    this.rowsSeen = firstRow;
    this.keptColumns = keptColumns;
  }

  decode(piece: ParquetPiece, into: DecodedRows): readonly Fault[] | undefined {
    if (piece.kind === 'slice') {
      this.#readSlice(piece, into);
      return undefined;
    }
    const plan = planOf(this.#layout, piece.columns, piece.names, this.keptColumns);
    if ('reads' in plan) this.#plan = plan;
    return 'reads' in plan ? undefined : plan;
  }

  finish(): undefined {
    return undefined;
  }

  #readSlice({ rows, columns }: ColumnSlice, into: DecodedRows): void {
    const { batch, places, kept, faults } = into;
    const { reads, kept: keptAt, columns: known } = this.#plan!;
    const first = batch.startRows(rows);
    let wrong: Uint8Array | undefined;
    const refuse = (row: number, fault: Fault) => {
      wrong ??= new Uint8Array(rows);
      wrong[row] = 1;
      // A row has neither line nor byte of its own.
      faults.push({ ...fault, row: this.rowsSeen + row, line: 0, byte: 0 });
    };
    for (const read of reads) read(columns, batch, first, rows, refuse);
    batch.finishRows(rows, wrong);
    const cells = keptAt.map((at) => keptCells(columns[at] as ColumnValues, known[at]!.isFloat32));
    for (let row = 0; row < rows; row++) {
      if (wrong !== undefined && wrong[row] === 1) continue;
      places.push(this.rowsSeen + row, 0, 0);
      if (cells.length > 0) kept.push(cells.map((cellOf) => cellOf(row)));
    }
    this.rowsSeen += rows;
  }
}

/** Finds the columns of the features, of the key and of what is repeated. @returns the plan, or what is wrong with the file */
function planOf(
  layout: Layout,
  columns: readonly PieceColumn[],
  names: readonly string[],
  keptColumns: readonly string[],
): SlicePlan | readonly Fault[] {
  const faults: Fault[] = [];
  const refuse = (name: string, expected: string, got: string) =>
    faults.push({ code: 'parquet.wrong_columns', path: pointerTo(name), expected, got });
  const columnOf = (wanted: readonly string[], isNeeded: boolean): number => {
    const found = columns.flatMap(({ name, pointer }, i) =>
      wanted.includes(name) || wanted.includes(pointer) ? [i] : [],
    );
    const quoted = wanted.join('" or "');
    if (found.length > 1) refuse(wanted[0]!, `one column "${quoted}"`, String(found.length));
    if (found.length === 0 && isNeeded) {
      refuse(wanted[0]!, `a column "${quoted}" with one value a row`, describeValue(names));
    }
    return found[0] ?? -1;
  };
  const places = layout.slots.map((slot) => columnOf(namesOf(slot), !mayLack(slot)));
  if (faults.length === 0 && places.every((column) => column < 0)) {
    // Where every feature may lack, a file of something else altogether would go unseen.
    refuse('', 'a column of some feature', describeValue(names));
  }
  const reads = layout.slots.map((slot, i) => columnReader(slot, places[i]!, columns[places[i]!], refuse));
  const key = layout.keyNames.length === 0 ? -1 : columnOf(layout.keyNames, false);
  if (key >= 0) reads.push(keyColumnReader(layout, key));
  const kept = keptColumns.map((name) => columnOf([name], true));
  return faults.length > 0 ? faults : { reads, kept, columns };
}

const mayLack = ({ feature }: Slot): boolean => feature.missing !== undefined && feature.missing !== 'reject';
