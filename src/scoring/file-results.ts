import type { Code } from '../core/codes.ts';
import type { DecodedRows, RowFault } from '../core/formats/decoded-rows.ts';
import { csvLines, float32Outputs, ndjsonLines, type ScoreLines } from '../core/formats/score-lines.ts';
import { errorLine, errorsHead } from '../core/formats/score-text.ts';
import { TextBuffer } from '../core/formats/text-buffer.ts';
import type { ScoredRows } from '../core/outputs/read-outputs.ts';
import { countBy } from '../core/receipt.ts';
import type { FileFormat } from './file-format.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { ResultFiles, ResultWriter } from './ports.ts';

/** A file of the results, once it is there. */
export interface ResultFile {
  readonly name: string;
  readonly sha256: string;
}

export interface FileResultsOptions {
  readonly results: ResultFiles;
  /** Where the files lie. */
  readonly folder: string;
  readonly format: FileFormat;
  readonly model: LoadedModel;
  readonly keptColumns: readonly string[];
}

/** The files that come of a file: the scores in the order of its rows, and what was wrong with the other rows. */
export class FileResults {
  scored = 0;
  rejected = 0;
  /** Rejected rows by what was wrong first. */
  readonly byCode: Partial<Record<Code, number>> = {};
  readonly #lines: ScoreLines;
  readonly #scores: ResultWriter;
  readonly #errors: ResultWriter;
  readonly #text = new TextBuffer();
  #hasScoresHead = false;
  #hasErrorsHead = false;

  constructor({ results, folder, format, model, keptColumns }: FileResultsOptions) {
    const float32s = float32Outputs(model.manifest, model.scorer.outputs);
    this.#lines = format.rows === 'csv' ? csvLines(keptColumns, float32s) : ndjsonLines(float32s);
    this.#scores = results.writer(`${folder}/${this.#scoresName}`, this.#lines.contentType);
    this.#errors = results.writer(`${folder}/errors.csv`, 'text/csv');
  }

  get #scoresName(): string {
    return `scores.${this.#lines.extension}`;
  }

  /** Writes rows that went through the model, and those that did not come so far. */
  async write(rows: DecodedRows, scored: ScoredRows): Promise<void> {
    const refused = [...scored.faults].map(([at, fault]) => ({ ...fault, ...rows.places.at(at) }));
    await this.#writeFaults([...rows.faults, ...refused]);
    await this.#writeScores(rows, scored);
  }

  /** Makes all files visible. */
  async commit(): Promise<ResultFile[]> {
    const scores = { name: this.#scoresName, sha256: await this.#scores.commit() };
    return [scores, await this.commitErrors()];
  }

  /** Makes only that file visible that says what was wrong. */
  async commitErrors(): Promise<ResultFile> {
    await this.#writeErrors('');
    return { name: 'errors.csv', sha256: await this.#errors.commit() };
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
    await this.#writeErrors(inOrder.map(errorLine).join(''));
  }

  async #writeErrors(lines: string): Promise<void> {
    const text = this.#hasErrorsHead ? lines : errorsHead + lines;
    this.#hasErrorsHead = true;
    if (text !== '') await this.#errors.write(Buffer.from(text));
  }

  async #writeScores({ places, kept }: DecodedRows, { scores }: ScoredRows): Promise<void> {
    const [text, lines] = [this.#text, this.#lines];
    for (let at = 0; at < scores.length; at++) {
      const score = scores[at];
      if (score === undefined) continue;
      if (!this.#hasScoresHead) lines.head(text, score);
      this.#hasScoresHead = true;
      lines.row(text, places.rowAt(at), kept[at], score);
      this.scored++;
    }
    if (text.length > 0) await this.#scores.write(text.take());
  }
}
