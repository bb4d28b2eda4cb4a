import { codes } from '../../core/codes.ts';
import { ScoringError, toScoringError } from '../../core/fault.ts';
import { idOfPath, parkedPath, readDeadLetterPath } from '../../core/stored-paths.ts';
import type { DeadLetter, ParkedRecord } from '../ports.ts';
import type { StoredRecords } from './stored-records.ts';

/** Dead letters and parked records, where they are stored. */
export interface SideTrackRecords {
  readonly deadLetters: StoredRecords<DeadLetter>;
  readonly parked: StoredRecords<ParkedRecord>;
}

/** What became of dead letters that were to be replayed: selected = moved + gone + left. */
export interface ReplayMove {
  readonly selected: number;
  /** Ids of those that are parked now, for the app to drain. */
  readonly moved: readonly string[];
  /** Somebody else has moved or removed them in between. */
  readonly gone: number;
  /** Where they were: they could not be moved. */
  readonly left: readonly { readonly id: string; readonly problem: string }[];
  readonly movedByReason: Readonly<Record<string, number>>;
}

const atOnce = 16;

/**
 * Gives dead letters to the road again: each is parked first and no dead letter then, so that a move that is cut short is
 * finished by the next one, or by the app.
 * @param paths of dead letters
 * @param model `NAME` or `NAME@VERSION`: what is to score them in place of the route's model
 */
export async function replayLetters(
  records: SideTrackRecords,
  paths: readonly string[],
  model: string | undefined,
): Promise<ReplayMove> {
  const moved: string[] = [];
  const left: { id: string; problem: string }[] = [];
  const movedByReason: Record<string, number> = {};
  let gone = 0;
  for (let from = 0; from < paths.length; from += atOnce) {
    const some = paths.slice(from, from + atOnce);
    const moves = await Promise.all(some.map((path) => moveLetter(records, path, model).catch(toScoringError)));
    for (const [i, path] of some.entries()) {
      const move = moves[i];
      if (move === true) {
        moved.push(idOfPath(path));
        const { reason } = readDeadLetterPath(path);
        movedByReason[reason] = (movedByReason[reason] ?? 0) + 1;
      } else if (move === false) gone++;
      else left.push({ id: idOfPath(path), problem: move?.message ?? '' });
    }
  }
  return { selected: paths.length, moved, gone, left, movedByReason };
}

/** @returns false when it is gone already @throws {ScoringError} `letter.concealed` */
async function moveLetter(
  { deadLetters, parked }: SideTrackRecords,
  path: string,
  model: string | undefined,
): Promise<boolean> {
  const read = await deadLetters.read(path);
  if (read === undefined) return false;
  if (isConcealed(read.record)) {
    const code = 'letter.concealed';
    throw new ScoringError(code, `${code}: ${codes[code]}`, { retryable: false });
  }
  await parked.write(parkedPath(read.record), parkedReplay(read.record, model));
  // A letter that was written anew meanwhile stays: the app finds it again when it drains the record.
  await deadLetters.remove(path, read.version);
  return true;
}

const isConcealed = ({ masked, withheld }: DeadLetter): boolean => masked !== undefined || withheld === true;

/** A dead letter as a parked record: the app drains it down the road that it had come, and it keeps its identity. */
export function parkedReplay(deadLetter: DeadLetter, model?: string): ParkedRecord {
  const { reason, path, expected, got, ...stored } = deadLetter;
  return {
    ...stored,
    waitsFor: 'replay',
    error: { code: reason, message: `expected ${expected}, got ${got}` },
    letter: { reason, path, expected, got },
    ...(model !== undefined && { model }),
  };
}

/** Where replayed records are: moved = scored + rejected + waiting. */
export interface ReplayOutcome {
  readonly scored: number;
  /** Dead letters again, with ids. */
  readonly rejected: readonly { readonly id: string; readonly reason: string }[];
  readonly waiting: number;
}

/** What has become of replayed records so far. @param ids of those that were moved */
export async function replayOutcome(
  { deadLetters, parked }: SideTrackRecords,
  ids: readonly string[],
): Promise<ReplayOutcome> {
  const wanted = new Set(ids);
  // In this order: what is drained in between is counted where it went.
  const parkedNow = await pathsOf(parked, wanted);
  const lettersNow = await pathsOf(deadLetters, wanted);
  const waiting = parkedNow.length;
  for (const path of parkedNow) wanted.delete(idOfPath(path));
  const rejected = lettersNow
    .filter((path) => wanted.has(idOfPath(path)))
    .map((path) => ({ id: idOfPath(path), reason: readDeadLetterPath(path).reason }));
  return { scored: ids.length - waiting - rejected.length, rejected, waiting };
}

async function pathsOf(records: Pick<StoredRecords<unknown>, 'list'>, ids: ReadonlySet<string>): Promise<string[]> {
  const { found } = await records.list(Number.POSITIVE_INFINITY);
  return found.map(({ path }) => path).filter((path) => ids.has(idOfPath(path)));
}
