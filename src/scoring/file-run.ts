import type { Code } from '../core/codes.ts';
import type { UploadedBlob } from '../core/events/blob-created.ts';
import type { Fault } from '../core/fault.ts';
import { DistinctRows, type DroppedDuplicates } from '../core/formats/distinct-rows.ts';
import type { FileRoute } from '../core/routes/routes.ts';
import { fileFormatOf } from './file-format.ts';
import { type FileReaders, readingOf } from './file-reading.ts';
import type { ResultFile } from './files/join-parts.ts';
import { ResultStretch } from './files/result-stretch.ts';
import type { PieceFiles } from './files/run-ports.ts';
import type { End } from './files/run-record.ts';
import { runRows } from './files/run-rows.ts';
import { RunStretches } from './files/run-stretches.ts';
import type { StretchReceipts } from './files/stretch-receipts.ts';
import { tooManyErrors } from './files/too-many-errors.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { OpenFile, Sink } from './ports.ts';

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

/** Follows a run: told how far it is, now and then. */
export type RunWatch = (progress: Pick<RunOutcome, 'rows' | 'scored' | 'rejected'>) => Promise<void>;

export interface FileRunOptions {
  readonly model: LoadedModel;
  readonly route: FileRoute;
  readonly blob: UploadedBlob;
  readonly file: OpenFile;
  readonly run: string;
  /** Where the results lie. */
  readonly folder: string;
  readonly pieces: PieceFiles;
  readonly sink: Sink;
  readonly readers?: FileReaders | undefined;
  /** Told after each batch. */
  readonly watch?: RunWatch | undefined;
  /** Of what is done before a crash; without, a crash costs the whole run. */
  readonly receipts?: StretchReceipts | undefined;
  /** Rows of a stretch that leaves a receipt. */
  readonly stretchRows?: number | undefined;
}

/** A crash costs at most about so much work. */
const stretchMs = 30_000;

/**
 * Reads, scores and writes a whole file. Nothing of it is visible yet.
 * @returns how the run ends
 * @throws {ScoringError} `file.unknown_format` and what its ports throw
 */
export async function runFile(options: FileRunOptions): Promise<End> {
  const { model, route, blob, file, folder, pieces, watch, receipts } = options;
  const format = fileFormatOf(blob.name);
  const reading = readingOf(format, file, blob.name, model, route.columns, options.readers);
  const distinct = route.dropDuplicates && new DistinctRows(reading.decoder, route.dropDuplicates, model.digestRow);
  const decoder = distinct ?? reading.decoder;
  const { keptColumns } = decoder;
  const results = new RunStretches({
    open: (part) => new ResultStretch({ pieces, folder, format, route, model, keptColumns }, part),
    receipts,
    duplicates: () => distinct?.duplicates,
    rowsMax: options.stretchRows ?? Number.POSITIVE_INFINITY,
    msMax: stretchMs,
  });
  const tooMany = () => tooManyErrors(route, results.counts.rejected);
  const faults = await runRows({
    ...options,
    source: { container: blob.container, blob: blob.name, etag: file.etag },
    decoder,
    pieces: reading.pieces,
    batchRows: reading.batchRows,
    results,
    partition: `${options.run}~0`,
    ends: async () => {
      await watch?.(results.counts);
      return tooMany();
    },
  });
  // Too many wrong rows are found again in the receipts, by whoever puts the result together.
  if (faults === undefined || tooMany() !== undefined) return { kind: 'publish', last: await results.end() };
  return { kind: 'fail', faults, counts: results.countsSince(decoder.rowsSeen) };
}
