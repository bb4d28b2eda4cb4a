import type { Code } from '../core/codes.ts';
import type { UploadedBlob } from '../core/events/blob-created.ts';
import { type Fault, ScoringError } from '../core/fault.ts';
import { CsvRowDecoder } from '../core/formats/csv-rows.ts';
import { DecodedRows, type RowDecoder, type RowFault } from '../core/formats/decoded-rows.ts';
import { NdjsonRowDecoder } from '../core/formats/ndjson-rows.ts';
import { csvScores, errorLine, errorsHead, ndjsonScores, type ScoreText } from '../core/formats/score-text.ts';
import type { Score, ScoredRows } from '../core/outputs/read-outputs.ts';
import { countBy } from '../core/receipt.ts';
import type { FileRoute } from '../core/routes/routes.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { OpenFile, ResultFiles, ResultWriter, Sink } from './ports.ts';
import { documentOf, scoreBatch } from './score-batch.ts';

/** What came of running a file through a model. */
export interface RunOutcome {
  readonly model?: string;
  readonly version?: number;
  readonly modelDigest?: string;
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
  readonly byCode: Readonly<Partial<Record<Code, number>>>;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** Why there is no result: what is wrong with the file, or what went wrong around it. */
  readonly faults?: readonly Fault[];
  readonly error?: { readonly code: Code; readonly message: string };
}

export interface FileRunOptions {
  readonly model: LoadedModel;
  readonly route: FileRoute;
  readonly blob: UploadedBlob;
  readonly file: OpenFile;
  readonly run: string;
  /** Where the results lie. */
  readonly folder: string;
  readonly results: ResultFiles;
  readonly sink: Sink;
}

/** Rows gathered before they are scored: enough for full chunks, little enough to stay small. */
const batchRows = 2_048;

/** One file on its way through a model, in pieces: memory is bounded by a piece, never by the file. */
export class FileRun {
  readonly #options: FileRunOptions;
  readonly #scores: ResultWriter;
  readonly #errors: ResultWriter;
  readonly #text: ScoreText;
  readonly #decoder: RowDecoder;
  readonly #codes: Partial<Record<Code, number>> = {};
  #scored = 0;
  #rejected = 0;
  #hasHead = false;

  /** @throws {ScoringError} `file.unknown_format` */
  constructor(options: FileRunOptions) {
    const { model, route, blob, folder, results } = options;
    const ending = /\.([a-z]+)$/i.exec(blob.name)?.[1]?.toLowerCase() ?? '';
    this.#options = options;
    this.#decoder = decoderOf(ending, model, route);
    this.#text = this.#decoder instanceof CsvRowDecoder ? csvScores(route.columns) : ndjsonScores;
    this.#scores = results.writer(`${folder}/${this.#scoresName}`, this.#text.contentType);
    this.#errors = results.writer(`${folder}/errors.csv`, 'text/csv');
  }

  get #scoresName(): string {
    return `scores.${this.#text.extension}`;
  }

  /** Reads, scores and writes until the file ends. */
  async score(): Promise<RunOutcome> {
    const { file, model } = this.#options;
    await this.#errors.write(Buffer.from(errorsHead));
    let rows = new DecodedRows(model.layout, batchRows);
    for await (const bytes of file.read()) {
      const wrong = this.#decoder.decode(bytes, rows);
      if (wrong !== undefined) return this.#outcome([], wrong);
      if (rows.batch.length + rows.faults.length < batchRows) continue;
      await this.#flush(rows);
      rows = new DecodedRows(model.layout, batchRows);
      const ended = this.#tooManyErrors();
      if (ended !== undefined) return this.#outcome([], [ended]);
    }
    const wrong = this.#decoder.finish(rows);
    if (wrong !== undefined) return this.#outcome([], wrong);
    await this.#flush(rows);
    const ended = this.#tooManyErrors();
    if (ended !== undefined) return this.#outcome([], [ended]);
    const scores = { name: this.#scoresName, sha256: await this.#scores.commit() };
    const errors = { name: 'errors.csv', sha256: await this.#errors.commit() };
    return this.#outcome([scores, errors]);
  }

  #outcome(files: RunOutcome['files'], faults?: readonly Fault[]): RunOutcome {
    const { manifest, digest } = this.#options.model;
    return {
      model: manifest.name,
      version: manifest.version,
      modelDigest: digest,
      rows: this.#decoder.rowsSeen,
      scored: this.#scored,
      rejected: this.#rejected,
      byCode: this.#codes,
      files,
      ...(faults === undefined ? undefined : { faults }),
    };
  }

  #tooManyErrors(): Fault | undefined {
    const { errorsMax } = this.#options.route;
    if (errorsMax === undefined || this.#rejected <= errorsMax) return undefined;
    const expected = `at most ${errorsMax} wrong rows`;
    return { code: 'file.too_many_errors', path: '', expected, got: `${this.#rejected} or more` };
  }

  async #flush(rows: DecodedRows): Promise<void> {
    const { model, route } = this.#options;
    const scored = await scoreBatch(model, rows.batch);
    await this.#writeFaults([
      ...rows.faults,
      ...[...scored.faults].map(([at, fault]) => ({ ...fault, ...rows.places.at(at) })),
    ]);
    await this.#writeScores(rows, scored);
    if (route.documents) await this.#writeDocuments(rows, scored);
  }

  async #writeFaults(faults: readonly RowFault[]): Promise<void> {
    if (faults.length === 0) return;
    const inOrder = [...faults].sort((a, b) => a.row - b.row);
    // A row with three wrong values is one rejected row, counted under its first code.
    const firsts = inOrder.filter((fault, i) => i === 0 || inOrder[i - 1]?.row !== fault.row);
    this.#rejected += firsts.length;
    for (const [code, count] of Object.entries(countBy(firsts.map(({ code }) => code)))) {
      this.#codes[code as Code] = (this.#codes[code as Code] ?? 0) + count;
    }
    await this.#errors.write(Buffer.from(inOrder.map(errorLine).join('')));
  }

  async #writeScores({ places, kept }: DecodedRows, { scores }: ScoredRows): Promise<void> {
    let text = '';
    scores.forEach((score, at) => {
      if (score === undefined) return;
      if (!this.#hasHead) text += this.#text.head(score);
      this.#hasHead = true;
      text += this.#text.row(places.rowAt(at), kept[at], score);
      this.#scored++;
    });
    if (text !== '') await this.#scores.write(Buffer.from(text));
  }

  async #writeDocuments({ batch, places }: DecodedRows, { scores }: ScoredRows): Promise<void> {
    const { model, blob, file, run, sink } = this.#options;
    const { container, name } = blob;
    const documents = scores.flatMap((score: Score | undefined, at) => {
      if (score === undefined) return [];
      const source = { kind: 'file', container, blob: name, etag: file.etag, row: places.rowAt(at) } as const;
      return [documentOf(model, batch, at, score, source, `${run}~0`, batch.keys[at])];
    });
    for (const result of await sink.write(documents)) {
      if (result.kind === 'error') throw result.error;
      if (result.kind === 'fault') {
        const { code, expected, got } = result.fault;
        throw new ScoringError(code, `a row's document: expected ${expected}, got ${got}`, { retryable: true });
      }
    }
  }
}

function decoderOf(ending: string, model: LoadedModel, route: FileRoute): RowDecoder {
  switch (ending) {
    case 'csv':
    case 'tsv':
    case 'txt':
      return new CsvRowDecoder(model.layout, model.manifest.csv, route.columns);
    case 'ndjson':
    case 'jsonl':
      return new NdjsonRowDecoder(model.appendJsonRow);
    default: {
      const message = `expected a name that ends in .csv, .tsv, .txt, .ndjson or .jsonl, got ".${ending}"`;
      throw new ScoringError('file.unknown_format', message, { retryable: false });
    }
  }
}
