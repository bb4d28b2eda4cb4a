import type { RunRecords } from './run-ports.ts';
import { type Begun, type RowCounts, runPaths, type StretchReceipt } from './run-record.ts';

/** Another instance has kept a stretch that ends before rows that went by here: the file is to be read once more. */
export class Overtaken extends Error {}

/**
 * Receipts of a run that one instance has alone, each for the rows that follow those of the one before. Should two
 * instances take themselves for that one, the first receipt counts, and both go on behind it.
 */
export class StretchReceipts implements Pick<RowCounts, 'rows' | 'scored' | 'rejected'> {
  count = 0;
  rows = 0;
  scored = 0;
  rejected = 0;
  readonly #records: RunRecords;
  readonly #begun: Begun;

  constructor(records: RunRecords, begun: Begun) {
    this.#records = records;
    this.#begun = begun;
  }

  /** Paths of all receipts, in the order of the rows. */
  get paths(): readonly string[] {
    const { stretch } = runPaths(this.#begun);
    return Array.from({ length: this.count }, (_, part) => stretch(part));
  }

  /** Counts what is there by now. */
  async look(): Promise<void> {
    [this.count, this.rows, this.scored, this.rejected] = [0, 0, 0, 0];
    for await (const { labels } of this.#records.list(runPaths(this.#begun).stretches)) this.#count(labels);
  }

  /** Leaves a receipt, unless another did. @throws {Overtaken} */
  async keep(receipt: StretchReceipt): Promise<void> {
    const { rows, scored, rejected } = receipt;
    const labels = { rows: String(rows), scored: String(scored), rejected: String(rejected) };
    const path = runPaths(this.#begun).stretch(this.count);
    if (await this.#records.create(path, receipt, labels)) {
      this.#count(labels);
      return;
    }
    const end = this.rows + rows;
    await this.look();
    if (this.rows < end) throw new Overtaken();
  }

  #count({ rows = '0', scored = '0', rejected = '0' }: Readonly<Record<string, string>>): void {
    this.count++;
    this.rows += Number(rows);
    this.scored += Number(scored);
    this.rejected += Number(rejected);
  }
}
