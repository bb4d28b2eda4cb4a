import type { Layout } from '../batch/layout.ts';
import { RecordBatch } from '../batch/record-batch.ts';
import type { Digest } from '../digest.ts';
import type { Fault } from '../fault.ts';
import type { KeptValue } from './kept-columns.ts';
import { type RowPlace, RowPlaces } from './row-places.ts';

/** What is wrong with one row of a file. */
export type RowFault = Fault & RowPlace;

/** Rows of a file on their way to the model, and the rows that do not go. */
export class DecodedRows {
  readonly batch: RecordBatch;
  /** Where each row of the batch stands in the file. */
  readonly places = new RowPlaces();
  /** For each row of the batch the values that are repeated in the result, in the order of their columns. */
  readonly kept: (readonly KeptValue[])[] = [];
  readonly faults: RowFault[] = [];
  /** Of a model of pictures: the pixels of each row, and the digest of what came. */
  readonly pictures: Uint8Array[] = [];
  readonly digests: Digest[] = [];

  constructor(layout: Layout, rows: number) {
    this.batch = new RecordBatch(layout, rows);
  }

  /** Leaves out rows of the batch from `first` on: those with a 1. */
  drop(first: number, dropped: Uint8Array): void {
    this.batch.dropRows(first, dropped);
    this.places.drop(first, dropped);
    for (const values of [this.kept, this.pictures, this.digests] as unknown[][]) {
      if (values.length === 0) continue;
      const rest = values.slice(first).filter((_, i) => dropped[i] !== 1);
      values.length = first;
      values.push(...rest);
    }
  }

  /** Makes room for other rows, in the same memory: nobody may look at these any more. */
  clear(): void {
    this.batch.clear();
    this.places.clear();
    this.kept.length = 0;
    this.faults.length = 0;
    this.pictures.length = 0;
    this.digests.length = 0;
  }
}

/**
 * Turns a file into rows. Bytes come in pieces of any size, and how they are cut changes nothing; a reader of its own may
 * hand over other pieces than bytes.
 */
export interface RowDecoder<Piece = Uint8Array> {
  /** Records seen so far, the wrong ones included. */
  readonly rowsSeen: number;
  /** Names of the columns that are repeated in the result. */
  readonly keptColumns: readonly string[];
  /** @returns what is wrong with the file as a whole; nothing can be read then */
  decode(piece: Piece, into: DecodedRows): readonly Fault[] | undefined;
  /** Reads what is left when the file has ended. */
  finish(into: DecodedRows): readonly Fault[] | undefined;
}
