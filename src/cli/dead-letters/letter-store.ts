import { BlobRecords } from '../../adapters/blob-records.ts';
import { containers } from '../../core/resources.ts';
import { idOfPath, readDeadLetterPath, streamSourceOf } from '../../core/stored-paths.ts';
import type { SideTrackRecords } from '../../scoring/parked/replay-letters.ts';
import type { DeadLetter, ParkedRecord } from '../../scoring/ports.ts';
import { type OptionValues, text } from '../command.ts';
import { storageError } from '../model-target.ts';
import { blobTarget } from '../targets.ts';
import { UsageError } from '../usage-error.ts';

/** Works with what lies beside the road. @throws {UnreachableError} */
export async function withSideTrack<T>(
  options: OptionValues,
  work: (records: SideTrackRecords) => Promise<T>,
): Promise<T> {
  const blobs = blobTarget(options);
  const container = (name: keyof typeof containers) => async () => (await blobs).getContainerClient(containers[name]);
  try {
    return await work({
      deadLetters: new BlobRecords<DeadLetter>(container('deadLetters')),
      parked: new BlobRecords<ParkedRecord>(container('parked')),
    });
  } catch (error) {
    throw storageError(error);
  }
}

/** Which dead letters are meant. */
export interface LetterFilter {
  readonly reason: string | undefined;
  /** The day on which the broker took the event, or later. */
  readonly since: string | undefined;
}

/** @throws {UsageError} */
export function filterOf(options: OptionValues): LetterFilter {
  const [reason, since] = [text(options, 'reason'), text(options, 'since')];
  const isDay = since === undefined || (/^\d{4}-\d\d-\d\d$/.test(since) && !Number.isNaN(Date.parse(since)));
  if (!isDay) throw new UsageError(`--since is a day like 2026-11-21, not ${since}.`);
  return { reason, since };
}

/** The paths of dead letters, those of the newest events first. */
export async function letterPaths(
  { deadLetters }: SideTrackRecords,
  { reason, since = '' }: LetterFilter,
): Promise<string[]> {
  const prefix = reason === undefined ? {} : { prefix: `${reason}/` };
  const { found } = await deadLetters.list(Number.POSITIVE_INFINITY, prefix);
  const timeOf = (path: string) => streamSourceOf(idOfPath(path))?.enqueuedAt ?? readDeadLetterPath(path).day;
  return found
    .map(({ path }) => path)
    .filter((path) => readDeadLetterPath(path).day >= since)
    .sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
}
