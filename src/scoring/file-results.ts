import type { DecodedRows } from '../core/formats/decoded-rows.ts';
import { errorsHead } from '../core/formats/score-text.ts';
import type { ScoredRows } from '../core/outputs/read-outputs.ts';
import type { FileRoute } from '../core/routes/routes.ts';
import type { FileFormat } from './file-format.ts';
import { type ByteTarget, ResultRows, scoreLinesOf } from './files/result-rows.ts';
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
  readonly route: FileRoute;
  readonly model: LoadedModel;
  readonly keptColumns: readonly string[];
}

/** The files that come of a file: the scores in the order of its rows, and what was wrong with the other rows. */
export class FileResults {
  readonly rows: ResultRows;
  readonly #scoresName: string;
  readonly #scores: ResultWriter;
  readonly #errors: HeadedBytes;

  constructor({ results, folder, format, route, model, keptColumns }: FileResultsOptions) {
    const lines = scoreLinesOf(format, route, model, keptColumns);
    this.#scoresName = `scores.${lines.extension}`;
    this.#scores = results.writer(`${folder}/${this.#scoresName}`, lines.contentType);
    this.#errors = new HeadedBytes(results.writer(`${folder}/errors.csv`, 'text/csv'), () => errorsHead);
    const scores = new HeadedBytes(this.#scores, () => this.rows.scoresHead ?? '');
    this.rows = new ResultRows(lines, scores, this.#errors);
  }

  write(rows: DecodedRows, scored: ScoredRows): Promise<void> {
    return this.rows.write(rows, scored);
  }

  /** Makes all files visible. */
  async commit(): Promise<ResultFile[]> {
    await this.rows.end();
    const scores = { name: this.#scoresName, sha256: await this.#scores.commit() };
    return [scores, await this.commitErrors()];
  }

  /** Makes only that file visible that says what was wrong. */
  async commitErrors(): Promise<ResultFile> {
    await this.#errors.writeHead();
    return { name: 'errors.csv', sha256: await this.#errors.writer.commit() };
  }
}

/** Bytes with a head before the first of them. */
class HeadedBytes implements ByteTarget {
  readonly writer: ResultWriter;
  readonly #head: () => string;
  #hasHead = false;

  constructor(writer: ResultWriter, head: () => string) {
    this.writer = writer;
    this.#head = head;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.writeHead();
    await this.writer.write(bytes);
  }

  async writeHead(): Promise<void> {
    if (this.#hasHead) return;
    this.#hasHead = true;
    const head = this.#head();
    if (head !== '') await this.writer.write(Buffer.from(head));
  }
}
