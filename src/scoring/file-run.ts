import type { Code } from '../core/codes.ts';
import type { UploadedBlob } from '../core/events/blob-created.ts';
import { type Fault, ScoringError } from '../core/fault.ts';
import { DecodedRows, type RowDecoder } from '../core/formats/decoded-rows.ts';
import type { Score, ScoredRows } from '../core/outputs/read-outputs.ts';
import type { FileRoute } from '../core/routes/routes.ts';
import { type FileFormat, fileFormatOf, rowDecoderOf } from './file-format.ts';
import { FileResults, type ResultFile } from './file-results.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { OpenFile, ResultFiles, Sink } from './ports.ts';
import { documentOf, scoreBatch } from './score-batch.ts';
import { unpacked } from './unpack.ts';

/** What came of running a file through a model. */
export interface RunOutcome {
  readonly model?: string;
  readonly version?: number;
  readonly modelDigest?: string;
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
  readonly byCode: Readonly<Partial<Record<Code, number>>>;
  readonly files: readonly ResultFile[];
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
  readonly #format: FileFormat;
  readonly #decoder: RowDecoder;
  readonly #results: FileResults;

  /** @throws {ScoringError} `file.unknown_format` */
  constructor(options: FileRunOptions) {
    const { model, route, blob, folder, results } = options;
    const format = fileFormatOf(blob.name);
    this.#options = options;
    this.#format = format;
    this.#decoder = rowDecoderOf(format, model, route.columns);
    this.#results = new FileResults({ results, folder, format, model, keptColumns: route.columns });
  }

  /** Reads, scores and writes until the file ends. */
  async score(): Promise<RunOutcome> {
    const { model } = this.#options;
    const rows = new DecodedRows(model.layout, batchRows);
    for await (const bytes of this.#bytes()) {
      const wrong = this.#decoder.decode(bytes, rows);
      if (wrong !== undefined) return this.#outcome([], wrong);
      if (rows.batch.length + rows.faults.length < batchRows) continue;
      await this.#flush(rows);
      const ended = this.#tooManyErrors();
      if (ended !== undefined) return this.#outcome([await this.#results.commitErrors()], [ended]);
    }
    const wrong = this.#decoder.finish(rows);
    if (wrong !== undefined) return this.#outcome([], wrong);
    await this.#flush(rows);
    const ended = this.#tooManyErrors() ?? this.#tooLargeAShare();
    if (ended !== undefined) return this.#outcome([await this.#results.commitErrors()], [ended]);
    return this.#outcome(await this.#results.commit());
  }

  #bytes(): AsyncIterable<Uint8Array> {
    const { file } = this.#options;
    const { packing } = this.#format;
    return packing === undefined ? file.read() : unpacked(file.read(), packing, file.bytes);
  }

  #outcome(files: readonly ResultFile[], faults?: readonly Fault[]): RunOutcome {
    const { manifest, digest } = this.#options.model;
    const { scored, rejected, byCode } = this.#results;
    return {
      model: manifest.name,
      version: manifest.version,
      modelDigest: digest,
      rows: this.#decoder.rowsSeen,
      scored,
      rejected,
      byCode,
      files,
      ...(faults === undefined ? undefined : { faults }),
    };
  }

  #tooManyErrors(): Fault | undefined {
    const { errorsMax } = this.#options.route;
    const { rejected } = this.#results;
    if (errorsMax === undefined || rejected <= errorsMax) return undefined;
    const expected = `at most ${errorsMax} wrong rows`;
    return { code: 'file.too_many_errors', path: '', expected, got: `${rejected} or more` };
  }

  /** Only the end of the file shows the share: until then the wrong rows may merely have come first. */
  #tooLargeAShare(): Fault | undefined {
    const { errorsShareMax } = this.#options.route;
    const { rejected } = this.#results;
    const rows = this.#decoder.rowsSeen;
    if (errorsShareMax === undefined || rejected <= errorsShareMax * rows) return undefined;
    const expected = `at most a share of ${errorsShareMax} of the rows to be wrong`;
    return { code: 'file.too_many_errors', path: '', expected, got: `${rejected} of ${rows}` };
  }

  /** Scores the rows and writes what came of them; there is room for others then. */
  async #flush(rows: DecodedRows): Promise<void> {
    const { model, route } = this.#options;
    const scored = await scoreBatch(model, rows.batch);
    await this.#results.write(rows, scored);
    if (route.documents) await this.#writeDocuments(rows, scored);
    rows.clear();
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
