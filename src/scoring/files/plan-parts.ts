import type { RecordBatch } from '../../core/batch/record-batch.ts';
import type { Fault } from '../../core/fault.ts';
import type { PartMessage } from '../../core/files/part-message.ts';
import { CsvPartScan } from '../../core/formats/csv-part-scan.ts';
import { DecodedRows } from '../../core/formats/decoded-rows.ts';
import { NdjsonPartScan } from '../../core/formats/ndjson-part-scan.ts';
import type { PartScan } from '../../core/formats/part-scan.ts';
import { canBeCutBetween, cutRowGroups } from '../../core/parquet/row-group-parts.ts';
import type { FileRoute } from '../../core/routes/routes.ts';
import { type FileFormat, rowDecoderOf } from '../file-format.ts';
import type { FileReaders } from '../file-reading.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { OpenFile } from '../ports.ts';
import { scoreBatch } from '../score-batch.ts';
import { readRowGroups } from './read-row-groups.ts';
import type { RunPlan, RunRecord } from './run-record.ts';

/** Of the first bytes: they show a wrong header before the whole file is read for nothing, and what a row costs. */
const headBytes = 1 << 14;
/** How long a part may take, as far as its first rows tell: well below `functionTimeout`. */
const partMsMax = 120_000;
const partRowsMin = 1_000;

/** Whether a file of this format can be read from its middle, and no row is judged by those before it. */
export function canBeCut({ rows, packing }: FileFormat, route: FileRoute, { manifest }: LoadedModel): boolean {
  if (packing !== undefined || route.dropDuplicates !== undefined) return false;
  return rows === 'ndjson' || rows === 'parquet' || (rows === 'csv' && manifest.csv.encoding !== 'utf-16');
}

/**
 * Finds where a file can be cut: reads it once, or the footer of a Parquet file.
 * @returns the plan, or what is wrong with the file as a whole; undefined where it turns out to be of one piece
 * @throws {ScoringError} of a Parquet file that cannot be read
 */
export async function planParts(
  file: OpenFile,
  format: FileFormat,
  model: LoadedModel,
  keptColumns: readonly string[],
  partBytes: number,
  readers: FileReaders | undefined,
): Promise<RunPlan | { readonly faults: readonly Fault[] } | undefined> {
  if (format.rows === 'parquet') return planRowGroups(file, model, keptColumns, partBytes, readers);
  const head = new DecodedRows(model.layout, 1);
  const decoder = rowDecoderOf(format, model, keptColumns);
  for await (const bytes of file.read(0, Math.min(headBytes, file.bytes))) {
    const faults = decoder.decode(bytes, head);
    if (faults !== undefined) return { faults };
  }
  const size = { bytes: partBytes, rows: await partRowsOf(model, head.batch) };

  const started = performance.now();
  const scan: PartScan = format.rows === 'csv' ? new CsvPartScan(model.manifest.csv, size) : new NdjsonPartScan(size);
  for await (const bytes of file.read()) scan.push(bytes);
  const parts = scan.end();
  if ('faults' in parts) return parts;
  return { columns: scan.columns, parts, scanMs: Math.round(performance.now() - started) };
}

async function planRowGroups(
  file: OpenFile,
  model: LoadedModel,
  keptColumns: readonly string[],
  partBytes: number,
  readers: FileReaders | undefined,
): Promise<RunPlan | { readonly faults: readonly Fault[] } | undefined> {
  if (readers === undefined) return undefined;
  const started = performance.now();
  const found = await readRowGroups(readers.parquet, file, model, keptColumns);
  if ('faults' in found) return found;
  const { groups, sample } = found;
  if (!canBeCutBetween(groups)) return undefined;
  const scanMs = Math.round(performance.now() - started);
  const size = { bytes: partBytes, rows: await partRowsOf(model, sample) };
  return { columns: undefined, parts: cutRowGroups(groups, size, file.bytes), scanMs };
}

/** How many rows a part may have, by what these cost. */
async function partRowsOf(model: LoadedModel, sample: RecordBatch): Promise<number> {
  if (sample.length === 0) return Number.MAX_SAFE_INTEGER;
  // The first run of a model is slower than all others.
  await scoreBatch(model, sample);
  const started = performance.now();
  await scoreBatch(model, sample);
  const rowMs = (performance.now() - started) / sample.length;
  return Math.max(partRowsMin, Math.floor(partMsMax / rowMs));
}

/** The message for a part of a run. */
export function partMessageOf(record: RunRecord, { parts }: RunPlan, part: number): PartMessage {
  const { run, startedAt, source, model, version, modelDigest, plan } = record;
  const { from, endByte } = parts[part]!;
  return {
    run,
    startedAt,
    part,
    of: parts.length,
    container: source.container,
    blob: source.blob,
    etag: source.etag,
    bytes: [from.byte, endByte],
    firstRow: from.row,
    firstLine: from.line,
    model,
    version,
    modelDigest,
    plan,
  };
}
