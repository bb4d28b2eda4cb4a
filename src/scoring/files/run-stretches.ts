import type { DecodedRows } from '../../core/formats/decoded-rows.ts';
import type { DroppedDuplicates } from '../../core/formats/distinct-rows.ts';
import type { ScoredRows } from '../../core/outputs/read-outputs.ts';
import type { ResultStretch } from './result-stretch.ts';
import type { RowCounts, StretchReceipt } from './run-record.ts';
import type { RowResults } from './run-rows.ts';
import type { StretchReceipts } from './stretch-receipts.ts';

export interface RunStretchesOptions {
  /** Begins the results of a part. */
  readonly open: (part: number) => ResultStretch;
  /** Receipts of this try and of those before; without, all rows are one stretch. */
  readonly receipts?: StretchReceipts | undefined;
  /** Tells of rows that were left out, where that is asked for. */
  readonly duplicates: () => DroppedDuplicates | undefined;
  /** A stretch ends before each multiple of so many rows, however they come: a crash costs no more, and no less gives the same files. */
  readonly rowsMax: number;
  /** A stretch that took so long ends with the rows at hand. */
  readonly msMax: number;
}

/**
 * The results of a run that one instance has alone, by stretches that leave receipts: after a crash the rows of those are
 * decoded once more, and neither scored nor written.
 */
export class RunStretches implements RowResults {
  readonly #options: RunStretchesOptions;
  /** The first row of the stretch at hand, and the first one that is yet to come to it. */
  #from: number;
  #next: number;
  #stretch: ResultStretch;
  #beganMs: number | undefined;

  constructor(options: RunStretchesOptions) {
    this.#options = options;
    const { rows = 0, count = 0 } = options.receipts ?? {};
    this.#from = rows;
    this.#next = rows;
    this.#stretch = options.open(count);
  }

  get rowsDone(): number {
    return this.#options.receipts?.rows ?? 0;
  }

  /** What became of the rows up to now, in all stretches. */
  get counts(): Pick<RowCounts, 'rows' | 'scored' | 'rejected'> {
    const { scored, rejected } = this.#stretch.rows;
    const { scored: scoredBefore = 0, rejected: rejectedBefore = 0 } = this.#options.receipts ?? {};
    return { rows: this.#next, scored: scoredBefore + scored, rejected: rejectedBefore + rejected };
  }

  /** What became of the rows that have no receipt, when so many were read. */
  countsSince(rowsSeen: number): RowCounts {
    const { scored, rejected, byCode } = this.#stretch.rows;
    return { rows: Math.max(0, rowsSeen - this.#from), scored, rejected, byCode };
  }

  async write(rows: DecodedRows, scored: ScoredRows, rowsSeen: number): Promise<void> {
    const { receipts, rowsMax, msMax } = this.#options;
    while (receipts !== undefined) {
      const border = (Math.floor(this.#from / rowsMax) + 1) * rowsMax;
      // Only a row behind it shows that the stretch is not the last one.
      if (border >= rowsSeen) break;
      await this.#pass(rows, scored, border);
      await this.#keep(receipts);
    }
    await this.#pass(rows, scored, rowsSeen);
    if (receipts !== undefined && performance.now() - (this.#beganMs ?? Number.POSITIVE_INFINITY) > msMax) {
      await this.#keep(receipts);
    }
  }

  /** @returns the last stretch, where it has no receipt yet and there are rows in it or no others */
  async end(): Promise<StretchReceipt | undefined> {
    return this.#next === this.#from && this.#from > 0 ? undefined : this.#finish();
  }

  async #pass(rows: DecodedRows, scored: ScoredRows, to: number): Promise<void> {
    if (to <= this.#next) return;
    this.#beganMs ??= performance.now();
    await this.#stretch.rows.write(rows, scored, { from: this.#next, to });
    this.#next = to;
  }

  async #keep(receipts: StretchReceipts): Promise<void> {
    await receipts.keep(await this.#finish());
    this.#from = receipts.rows;
    this.#next = receipts.rows;
    this.#stretch = this.#options.open(receipts.count);
    this.#beganMs = undefined;
  }

  async #finish(): Promise<StretchReceipt> {
    const rows = this.#next - this.#from;
    const duplicates = this.#options.duplicates();
    const { scored, rejected, ...finished } = await this.#stretch.finish();
    return {
      part: this.#options.receipts?.count ?? 0,
      rows,
      scored,
      rejected,
      ...finished,
      // Rows behind this stretch may have been decoded, and left out, already.
      ...(duplicates !== undefined && { duplicates: { ...duplicates, dropped: rows - scored - rejected } }),
      durationMs: Math.round(performance.now() - (this.#beganMs ?? performance.now())),
    };
  }
}
