import type { FileRoute } from '../../core/routes/routes.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { RunRecords } from './run-ports.ts';
import { planVersion, type RunRecord, type RunSource, recordPath } from './run-record.ts';

export interface RunToBegin {
  readonly run: string;
  readonly source: RunSource;
  readonly route: FileRoute;
  readonly folder: string;
}

/** Storage lets all labels together have 8 KB, and a character takes up to nine bytes here. */
const labelCharactersMax = 250;

/** The beginning of a name as a label, which has ASCII alone. */
const labelOf = (name: string): string =>
  encodeURIComponent([...name.toWellFormed()].slice(0, labelCharactersMax).join(''));

/** Writes down what a run pins, unless that was done before: then that holds. */
export async function beginRun(
  records: RunRecords,
  toBegin: RunToBegin,
  { manifest, digest }: LoadedModel,
): Promise<{ readonly record: RunRecord; readonly isNew: boolean }> {
  const record: RunRecord = {
    ...toBegin,
    model: manifest.name,
    version: manifest.version,
    modelDigest: digest,
    plan: planVersion,
    startedAt: new Date().toISOString(),
  };
  const path = recordPath(record.run);
  const labels = { blob: labelOf(record.source.blob), model: record.model, started: record.startedAt };
  if (await records.create(path, record, labels)) return { record, isNew: true };
  const stored = await records.read(path);
  // It may have been removed in this moment, to begin anew.
  return { record: (stored?.value as RunRecord | undefined) ?? record, isNew: stored === undefined };
}
