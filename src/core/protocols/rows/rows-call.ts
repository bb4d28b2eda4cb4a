import type { JsonBytesReader } from '../../batch/json-bytes.ts';
import type { AppendJsonRow } from '../../batch/json-rows.ts';
import type { Layout } from '../../batch/layout.ts';
import { RecordBatch } from '../../batch/record-batch.ts';
import { codes } from '../../codes.ts';
import type { Digest } from '../../digest.ts';
import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Score } from '../../outputs/read-outputs.ts';
import type { HttpAnswer } from '../http-message.ts';
import { type Refusal, refusal } from '../refusal.ts';

/** What a dialect must know of a model that takes rows. */
export interface RowModel {
  readonly manifest: Manifest;
  readonly digest: Digest;
  readonly layout: Layout;
  readonly appendJsonRow: AppendJsonRow;
  readonly jsonBytes: JsonBytesReader;
}

/** Rows as a call carried them. */
export interface CallRows {
  /** The rows that fit, in order. */
  readonly batch: RecordBatch;
  /** Rows of the call, wrong ones included. */
  readonly count: number;
  /** What is wrong with each row that does not fit; the paths are places in the body. */
  readonly faults: ReadonlyMap<number, readonly Fault[]>;
  /** The place in the body of something that a record has at `path`. */
  pointerTo(row: number, path: string): string;
}

/** A call with rows, and how it is answered. */
export interface RowsCall {
  readonly kind: 'rows';
  readonly rows: CallRows;
  /** Whether wrong rows are marked in the answer; else one of them refuses the whole call. */
  readonly marksRows: boolean;
  /** The id that the call has by itself, in its body. */
  readonly id?: string | undefined;
  answer(scored: ScoredCall): HttpAnswer;
}

/** What came of a call with rows. */
export interface ScoredCall {
  readonly model: RowModel;
  /** One for each row of the call; undefined where it has faults. */
  readonly scores: readonly (Score | undefined)[];
  readonly faults: ReadonlyMap<number, readonly Fault[]>;
  readonly requestId: string;
}

/** One row on its way: the record, or why there is none. */
export type FoundRecord = { readonly record: unknown } | { readonly fault: Fault };

/** Reads the rows of a call one by one; refuses none and too many. */
export function readRows(
  model: RowModel,
  count: number,
  recordOf: (row: number) => FoundRecord,
  pointerTo: CallRows['pointerTo'],
): CallRows | Refusal {
  const wrong = wrongCount(count);
  if (wrong !== undefined) return wrong;
  const batch = new RecordBatch(model.layout, count);
  const faults = new Map<number, readonly Fault[]>();
  for (let row = 0; row < count; row++) {
    const found = recordOf(row);
    const list = 'fault' in found ? [found.fault] : placed(model.appendJsonRow(batch, found.record), row, pointerTo);
    if (list !== undefined) faults.set(row, list);
  }
  return { batch, count, faults, pointerTo };
}

const placed = (faults: readonly Fault[] | undefined, row: number, pointerTo: CallRows['pointerTo']) =>
  faults?.map((fault) => ({ ...fault, path: pointerTo(row, fault.path) }));

/** The refusal of a call without rows, or with more than any call may have; the app's own limit may be lower. */
export function wrongCount(rows: number): Refusal | undefined {
  if (rows === 0) return refusal('record.empty', codes['record.empty']);
  if (rows <= limits.requestRowsCeiling) return undefined;
  return refusal('request.too_many_rows', `Expected at most ${limits.requestRowsCeiling} rows, got ${rows}.`);
}
