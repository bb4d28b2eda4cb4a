import type { Code } from '../../core/codes.ts';
import type { DecodedRows, RowFault } from '../../core/formats/decoded-rows.ts';
import type { ScoreLines } from '../../core/formats/score-lines.ts';
import { errorLine } from '../../core/formats/score-text.ts';
import { TextBuffer } from '../../core/formats/text-buffer.ts';
import type { ScoredRows } from '../../core/outputs/read-outputs.ts';
import { countBy } from '../../core/receipt.ts';

/** Takes the bytes of a file in their order. */
export interface ByteTarget {
  /** Resolves when more can be taken. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Rows of a file from one on up to another. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

const allRows: RowSpan = { from: 0, to: Number.POSITIVE_INFINITY };

/** Writes rows that went through a model as lines, counts them, and lists what was wrong with the others. */
export class ResultRows {
  scored = 0;
  rejected = 0;
  /** Rejected rows by what was wrong first. */
  readonly byCode: Partial<Record<Code, number>> = {};
  /** What stands before the first score of a file; undefined until there is one. It is written by whoever begins the file. */
  scoresHead: string | undefined;
  readonly #lines: ScoreLines;
  readonly #scores: ByteTarget;
  readonly #errors: ByteTarget;
  readonly #text = new TextBuffer();

  constructor(lines: ScoreLines, scores: ByteTarget, errors: ByteTarget) {
    this.#lines = lines;
    this.#scores = scores;
    this.#errors = errors;
  }

  /**
   * Writes rows that went through the model, and those that did not come so far.
   * @param span the only ones that are meant, by their position among the file's records
   */
  async write(rows: DecodedRows, scored: ScoredRows, span = allRows): Promise<void> {
    const refused = [...scored.faults].map(([at, fault]) => ({ ...fault, ...rows.places.at(at) }));
    await this.#writeFaults([...rows.faults, ...refused].filter(({ row }) => row >= span.from && row < span.to));
    await this.#writeScores(rows, scored, span);
  }

  async #writeFaults(faults: readonly RowFault[]): Promise<void> {
    if (faults.length === 0) return;
    const inOrder = faults.toSorted((a, b) => a.row - b.row);
    // A row with three wrong values is one rejected row, counted under its first code.
    const firsts = inOrder.filter((fault, i) => i === 0 || inOrder[i - 1]?.row !== fault.row);
    this.rejected += firsts.length;
    for (const [code, count] of Object.entries(countBy(firsts.map(({ code }) => code)))) {
      this.byCode[code as Code] = (this.byCode[code as Code] ?? 0) + count;
    }
    await this.#errors.write(Buffer.from(inOrder.map(errorLine).join('')));
  }

  async #writeScores({ places, kept }: DecodedRows, { scores }: ScoredRows, { from, to }: RowSpan): Promise<void> {
    const [text, lines] = [this.#text, this.#lines];
    for (let at = 0; at < scores.length; at++) {
      const score = scores[at];
      const row = places.rowAt(at);
      if (score === undefined || row < from || row >= to) continue;
      if (this.scoresHead === undefined) {
        const head = new TextBuffer();
        lines.head(head, score);
        this.scoresHead = head.take().toString();
      }
      lines.row(text, row, kept[at], score);
      this.scored++;
    }
    if (text.length > 0) await this.#scores.write(text.take());
  }

  /** Writes what stands behind the last score of a file, where the format has such. */
  async end(): Promise<void> {
    this.#lines.end?.(this.#text);
    if (this.#text.length > 0) await this.#scores.write(this.#text.take());
  }
}
