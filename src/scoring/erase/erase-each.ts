import type { Erased, EraseOptions } from './erase-key.ts';

const atOnce = 16;
/** A service that refuses so many is not asked for the rest. */
const failuresMax = 16;

/** What one blob or item held of a key. */
export interface Part {
  readonly found: number;
  readonly erased: number;
  /** Why it is still there. */
  readonly problem?: string | undefined;
  /** Whether the service failed. */
  readonly hasFailed?: boolean;
}

export interface EachOptions<T> extends Pick<EraseOptions, 'onProgress'> {
  readonly idOf: (item: T) => string;
  /** @throws what the service answers: the item is left then */
  readonly erase: (item: T) => Promise<Part>;
}

/** Erases from each of some blobs or items. What goes wrong with one is said of it, and ends no other. */
export async function eraseEach<T>(
  items: readonly T[],
  { idOf, erase, onProgress }: EachOptions<T>,
): Promise<Pick<Erased, 'isAll' | 'found' | 'erased' | 'left' | 'stopped'>> {
  let [found, erased, failures] = [0, 0, 0];
  const left: { id: string; problem: string }[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    const some = items.slice(from, from + atOnce);
    const parts = await Promise.all(some.map((item) => erase(item).catch(failed)));
    for (const [i, part] of parts.entries()) {
      found += part.found;
      erased += part.erased;
      if (part.hasFailed === true) failures++;
      if (part.problem !== undefined) left.push({ id: idOf(some[i] as T), problem: part.problem });
    }
    onProgress(from + some.length);
    const untried = items.length - from - some.length;
    if (failures >= failuresMax && untried > 0) {
      const stopped = `${failures} failed, so that ${untried} more were not tried: ${left.at(-1)?.problem}`;
      return { isAll: false, found, erased, left, stopped };
    }
  }
  return { isAll: true, found, erased, left };
}

const failed = (error: unknown): Part => ({ found: 1, erased: 0, problem: sentenceOf(error), hasFailed: true });

/** The first line: what clients write behind it are headers and stacks. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] || 'it failed without a word';
}
