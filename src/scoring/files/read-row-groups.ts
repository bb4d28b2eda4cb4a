import type { RecordBatch } from '../../core/batch/record-batch.ts';
import type { Fault } from '../../core/fault.ts';
import { DecodedRows } from '../../core/formats/decoded-rows.ts';
import type { PieceGroup } from '../../core/parquet/parquet-piece.ts';
import { ParquetRowDecoder, wantedColumns } from '../../core/parquet/parquet-rows.ts';
import type { FileReaders } from '../file-reading.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { OpenFile } from '../ports.ts';

/** What the first look at a Parquet file shows. */
export interface RowGroups {
  readonly groups: readonly PieceGroup[];
  /** Some rows of the first group, which tell what a row costs. */
  readonly sample: RecordBatch;
}

/**
 * Reads where the row groups of a Parquet file begin, and some rows of the first one.
 * @returns them, or what is wrong with the columns of the file
 * @throws {ScoringError} what the reader throws
 */
export async function readRowGroups(
  read: FileReaders['parquet'],
  file: OpenFile,
  { layout }: LoadedModel,
  keptColumns: readonly string[],
): Promise<RowGroups | { readonly faults: readonly Fault[] }> {
  const decoder = new ParquetRowDecoder(layout, keptColumns);
  const wanted = wantedColumns(layout, keptColumns);
  const head = new DecodedRows(layout, 1);
  let groups: readonly PieceGroup[] = [];
  // The footer alone: nothing is read ahead of what may be refused.
  for await (const piece of read(file, wanted, { from: 0, to: 0 })) {
    const faults = decoder.decode(piece, head);
    if (faults !== undefined) return { faults };
    if (piece.kind === 'columns') groups = piece.groups;
  }
  const first = groups[0]?.byte ?? 0;
  for await (const piece of read(file, wanted, { from: first, to: first + 1 })) {
    decoder.decode(piece, head);
    if (head.batch.length > 0) break;
  }
  return { groups, sample: head.batch };
}
