import type { DigestRow } from '../batch/input-digest.ts';
import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import type { DecodedRows, RowDecoder } from './decoded-rows.ts';
import { SeenRows } from './seen-rows.ts';

/** What makes two rows of a file the same: their key, or what the model reads of them. */
export type DuplicatesBy = 'key' | 'content';

/** What became of the rows that a file has twice. */
export interface DroppedDuplicates {
  readonly by: DuplicatesBy;
  readonly dropped: number;
  /** false where the file has more different rows than are remembered: then later ones may be there twice. */
  readonly isExact: boolean;
}

/**
 * Drops rows that came before in the same file; the first one stays. Two rows are the same by content when the model
 * reads the same values, however they are written; by key when they have the same. A row without a key, or one that is
 * wrong, is no duplicate.
 */
export class DistinctRows<Piece> implements RowDecoder<Piece> {
  readonly #decoder: RowDecoder<Piece>;
  readonly #by: DuplicatesBy;
  readonly #digestRow: DigestRow;
  readonly #seen: SeenRows;
  #dropped = 0;

  constructor(
    decoder: RowDecoder<Piece>,
    by: DuplicatesBy,
    digestRow: DigestRow,
    seen = new SeenRows(limits.distinctRowsMax),
  ) {
    this.#decoder = decoder;
    this.#by = by;
    this.#digestRow = digestRow;
    this.#seen = seen;
  }

  get rowsSeen(): number {
    return this.#decoder.rowsSeen;
  }

  get keptColumns(): readonly string[] {
    return this.#decoder.keptColumns;
  }

  get duplicates(): DroppedDuplicates {
    return { by: this.#by, dropped: this.#dropped, isExact: this.#seen.isExact };
  }

  decode(piece: Piece, into: DecodedRows): readonly Fault[] | undefined {
    const from = into.batch.length;
    const faults = this.#decoder.decode(piece, into);
    this.#drop(into, from);
    return faults;
  }

  finish(into: DecodedRows): readonly Fault[] | undefined {
    const from = into.batch.length;
    const faults = this.#decoder.finish(into);
    this.#drop(into, from);
    return faults;
  }

  /** Drops duplicates among the rows that were decoded last. */
  #drop(rows: DecodedRows, from: number): void {
    const count = rows.batch.length - from;
    const dropped = new Uint8Array(count);
    let isAny = false;
    for (let i = 0; i < count; i++) {
      const identity = this.#identityOf(rows, from + i);
      if (identity === undefined || !this.#seen.has(identity)) continue;
      dropped[i] = 1;
      isAny = true;
      this.#dropped++;
    }
    if (isAny) rows.drop(from, dropped);
  }

  #identityOf({ batch, digests }: DecodedRows, row: number): string | undefined {
    if (this.#by === 'key') return batch.keys[row];
    return digests[row] ?? this.#digestRow(batch, row);
  }
}
