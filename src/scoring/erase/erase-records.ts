import { toScoringError } from '../../core/fault.ts';
import { idOfPath } from '../../core/stored-paths.ts';
import type { StoredRecords } from '../parked/stored-records.ts';
import type { StoredRecord } from '../ports.ts';
import type { ErasablePlace, Erased, EraseOptions } from './erase-key.ts';
import { ownershipOf } from './record-owner.ts';

const atOnce = 16;
const sharedProblem = 'its body holds records of others too: --shared erases it with them';
const changedProblem = 'it was written anew meanwhile: erase once more';

export interface RecordErasure {
  readonly field: string | undefined;
  /** Whether records of others go too whose bodies name the key. */
  readonly isSharedToo: boolean;
}

/** Dead letters or parked records. None says by its path whose it is, so that each is read. */
export const erasableRecords = (
  name: string,
  records: StoredRecords<StoredRecord>,
  erasure: RecordErasure,
): ErasablePlace => ({
  name,
  async erase(key, options) {
    const { found: listed, isAll } = await records.list(options.scanMax);
    const ends: Ended[] = [];
    for (let from = 0; from < listed.length; from += atOnce) {
      const some = listed.slice(from, from + atOnce);
      ends.push(
        ...(await Promise.all(some.map(({ path }) => eraseOne(records, path, key, { ...erasure, ...options })))),
      );
      options.onProgress(ends.length);
    }
    return { read: listed.length, isAll, ...tally(ends) };
  },
});

type Ended = { readonly end: End; readonly id: string; readonly problem?: string | undefined };

function tally(ends: readonly Ended[]): Pick<Erased, 'found' | 'erased' | 'left'> {
  const found = ends.filter(({ end }) => end !== 'other');
  return {
    found: found.length,
    erased: found.filter(({ end }) => end === 'erased').length,
    left: found.flatMap(({ id, problem }) => (problem === undefined ? [] : [{ id, problem }])),
  };
}

type End = 'other' | 'found' | 'erased' | 'left';

async function eraseOne(
  records: StoredRecords<StoredRecord>,
  path: string,
  key: string,
  { field, isSharedToo, isReal }: RecordErasure & EraseOptions,
): Promise<Ended> {
  const id = idOfPath(path);
  try {
    const read = await records.read(path);
    const ownership = read === undefined ? 'other' : ownershipOf(read.record, key, field);
    if (read === undefined || ownership === 'other') return { id, end: 'other' };
    if (ownership === 'shared' && !isSharedToo) return { id, end: 'left', problem: sharedProblem };
    if (!isReal) return { id, end: 'found' };
    const isGone = (await records.remove(path, read.version)) || (await records.read(path)) === undefined;
    return isGone ? { id, end: 'erased' } : { id, end: 'left', problem: changedProblem };
  } catch (error) {
    return { id, end: 'left', problem: toScoringError(error).message };
  }
}
