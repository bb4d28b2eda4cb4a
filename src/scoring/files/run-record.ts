import type { Code } from '../../core/codes.ts';
import type { Fault } from '../../core/fault.ts';
import type { DroppedDuplicates } from '../../core/formats/distinct-rows.ts';
import type { FilePart } from '../../core/formats/part-cutter.ts';
import type { FileRoute } from '../../core/routes/routes.ts';
import type { FinishedStretch } from './result-stretch.ts';

/** What instances agree upon about a run, as small documents in the container `runs`. */

/** The file of a run, as it was uploaded. */
export interface RunSource {
  readonly container: string;
  readonly blob: string;
  readonly etag: string;
  readonly bytes: number;
  readonly lastModified: string;
  readonly sequencer?: string;
}

/** `run.json`: what is pinned from the first look at the file to the last byte of its result. */
export interface RunRecord {
  readonly run: string;
  readonly source: RunSource;
  readonly route: FileRoute;
  /** Where the results of the run lie. */
  readonly folder: string;
  readonly model: string;
  readonly version: number;
  readonly modelDigest: string;
  /** Version of the way in which a file is cut and its parts are scored. */
  readonly plan: number;
  /** ISO 8601. It also tells a run from the same run that was begun anew. */
  readonly startedAt: string;
}

/** `plan.json`: how the file is cut. */
export interface RunPlan {
  /** Names of the columns, for formats that have some. */
  readonly columns: readonly string[] | undefined;
  readonly parts: readonly FilePart[];
  /** How long it took to find where the file can be cut. */
  readonly scanMs: number;
}

/** Counts of rows; `byCode` has rejected rows by what was wrong first. */
export interface RowCounts {
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
  readonly byCode: Readonly<Partial<Record<Code, number>>>;
  /** Rows that were left out, where that is asked for. */
  readonly duplicates?: DroppedDuplicates;
}

/** `progress.json`: how far a run is that one instance has alone. */
export interface RunProgress extends Pick<RowCounts, 'rows' | 'scored' | 'rejected'> {
  /** Bytes of the file that were read. */
  readonly bytesDone: number;
}

/** `stretches/<part>.json`: what came of rows that follow those of the receipt before, in a run that one instance has alone. */
export interface StretchReceipt extends RowCounts, FinishedStretch {
  readonly part: number;
  readonly durationMs: number;
}

/** `parts/<part>.json`: what came of a part. */
export interface PartReceipt extends StretchReceipt {
  readonly bytes: number;
}

/** How a run ends. */
export type End =
  /** `last` is of the rows behind those receipts whose parts come before it. */
  | { readonly kind: 'publish'; readonly last?: StretchReceipt | undefined }
  | { readonly kind: 'cancel' }
  /** `counts` are of the rows behind all receipts. */
  | { readonly kind: 'fail'; readonly faults: readonly Fault[]; readonly counts?: RowCounts }
  | { readonly kind: 'break'; readonly error: { readonly code: Code; readonly message: string } };

/** `end.json`: who wrote it first says how the run ends, and does what that takes. */
export interface RunEnd {
  readonly end: End;
  /** When its writer was last alive: ISO 8601. */
  readonly at: string;
}

export const planVersion = 2;

const partDigits = 6;

/** A run as it was begun at this time: what is left of an earlier beginning never mixes with it. */
export type Begun = Pick<RunRecord, 'run' | 'startedAt'>;

export const recordPath = (run: string): string => `${run}/run.json`;

export function runPaths({ run, startedAt }: Begun) {
  const folder = `${run}/${startedAt.replaceAll(/[^0-9TZ]/g, '')}`;
  const numbered = (part: number) => `${String(part).padStart(partDigits, '0')}.json`;
  return {
    folder: `${folder}/`,
    plan: `${folder}/plan.json`,
    end: `${folder}/end.json`,
    progress: `${folder}/progress.json`,
    stretches: `${folder}/stretches/`,
    stretch: (part: number) => `${folder}/stretches/${numbered(part)}`,
    receipts: `${folder}/parts/`,
    receipt: (part: number) => `${folder}/parts/${numbered(part)}`,
    failures: (part: number) => `${folder}/failures/${numbered(part)}`,
  };
}

/** The number of the part that a receipt is of. */
export const partOfPath = (path: string): number => Number(/(\d+)\.json$/.exec(path)?.[1]);
