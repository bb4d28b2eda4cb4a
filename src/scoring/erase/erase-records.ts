import { idOfPath } from '../../core/stored-paths.ts';
import type { StoredRecords } from '../parked/stored-records.ts';
import type { StoredRecord } from '../ports.ts';
import { eraseEach, type Part } from './erase-each.ts';
import type { ErasablePlace, EraseOptions } from './erase-key.ts';
import { ownershipOf } from './record-owner.ts';

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
  service: 'Blob storage',
  async erase(key, options) {
    const { found: listed, isAll } = await records.list(options.scanMax);
    const erased = await eraseEach(listed, {
      idOf: ({ path }) => idOfPath(path),
      erase: ({ path }) => eraseOne(records, path, key, { ...erasure, ...options }),
      onProgress: options.onProgress,
    });
    return { read: listed.length, ...erased, isAll: isAll && erased.isAll };
  },
});

const nothing: Part = { found: 0, erased: 0 };

async function eraseOne(
  records: StoredRecords<StoredRecord>,
  path: string,
  key: string,
  { field, isSharedToo, isReal }: RecordErasure & EraseOptions,
): Promise<Part> {
  const read = await records.read(path);
  const ownership = read === undefined ? 'other' : ownershipOf(read.record, key, field);
  if (read === undefined || ownership === 'other') return nothing;
  if (ownership === 'shared' && !isSharedToo) return { found: 1, erased: 0, problem: sharedProblem };
  if (!isReal) return { found: 1, erased: 0 };
  const isGone = (await records.remove(path, read.version)) || (await records.read(path)) === undefined;
  return isGone ? { found: 1, erased: 1 } : { found: 1, erased: 0, problem: changedProblem };
}
