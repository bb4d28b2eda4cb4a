import type { Code } from '../core/codes.ts';
import type { UploadedBlob } from '../core/events/blob-created.ts';
import type { Fault } from '../core/fault.ts';
import { DistinctRows, type DroppedDuplicates } from '../core/formats/distinct-rows.ts';
import type { FileRoute } from '../core/routes/routes.ts';
import { fileFormatOf } from './file-format.ts';
import { type FileReaders, readingOf } from './file-reading.ts';
import { FileResults, type ResultFile } from './file-results.ts';
import { runRows } from './files/run-rows.ts';
import { tooLargeAShare, tooManyErrors } from './files/too-many-errors.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { OpenFile, ResultFiles, Sink } from './ports.ts';

/** What came of running a file through a model. */
export interface RunOutcome {
  readonly model?: string;
  readonly version?: number;
  readonly modelDigest?: string;
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
  /** Rows that were left out, where the route asks for that: all rows are scored, rejected or one of these. */
  readonly duplicates?: DroppedDuplicates;
  readonly byCode: Readonly<Partial<Record<Code, number>>>;
  readonly files: readonly ResultFile[];
  /** Why there is no result: what is wrong with the file, or what went wrong around it. */
  readonly faults?: readonly Fault[];
  readonly error?: { readonly code: Code; readonly message: string };
}

/** Follows a run: told how far it is, and whether it is about to become visible. */
export type RunWatch = (progress: Pick<RunOutcome, 'rows' | 'scored' | 'rejected'>, isEnd: boolean) => Promise<void>;

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
  readonly readers?: FileReaders | undefined;
  /** Told after each batch, and before the result becomes visible. @throws {ScoringError} `run.cancelled` */
  readonly watch?: RunWatch | undefined;
}

/**
 * Reads, scores and writes a whole file.
 * @throws {ScoringError} `file.unknown_format` and what its ports throw
 */
export async function runFile(options: FileRunOptions): Promise<RunOutcome> {
  const { model, route, blob, file, folder, results: resultFiles, watch } = options;
  const format = fileFormatOf(blob.name);
  const reading = readingOf(format, file, blob.name, model, route.columns, options.readers);
  const { pieces, batchRows } = reading;
  const distinct = route.dropDuplicates && new DistinctRows(reading.decoder, route.dropDuplicates, model.digestRow);
  const decoder = distinct ?? reading.decoder;
  const { keptColumns } = decoder;
  const results = new FileResults({ results: resultFiles, folder, format, route, model, keptColumns });
  const outcome = (files: readonly ResultFile[], faults?: readonly Fault[]): RunOutcome => ({
    model: model.manifest.name,
    version: model.manifest.version,
    modelDigest: model.digest,
    rows: decoder.rowsSeen,
    scored: results.rows.scored,
    rejected: results.rows.rejected,
    ...(distinct !== undefined && { duplicates: distinct.duplicates }),
    byCode: results.rows.byCode,
    files,
    ...(faults === undefined ? undefined : { faults }),
  });
  const tooMany = () => tooManyErrors(route, results.rows.rejected);
  const tell = async (isEnd: boolean) => {
    const { scored, rejected } = results.rows;
    await watch?.({ rows: decoder.rowsSeen, scored, rejected }, isEnd);
  };
  const faults = await runRows({
    ...options,
    source: { container: blob.container, blob: blob.name, etag: file.etag },
    decoder,
    pieces,
    batchRows,
    results,
    partition: `${options.run}~0`,
    ends: async () => {
      await tell(false);
      return tooMany();
    },
  });
  await tell(true);
  const ended =
    tooMany() ?? (faults === undefined ? tooLargeAShare(route, results.rows.rejected, decoder.rowsSeen) : undefined);
  if (ended !== undefined) return outcome([await results.commitErrors()], [ended]);
  return faults === undefined ? outcome(await results.commit()) : outcome([], faults);
}
