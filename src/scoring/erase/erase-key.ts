/** How a place is gone through. */
export interface EraseOptions {
  /** Whether what is found is deleted; it is only counted otherwise. */
  readonly isReal: boolean;
  /** Blobs that are read, at most. */
  readonly scanMax: number;
  /** Hears how many blobs or items were looked at so far. */
  readonly onProgress: (read: number) => void;
}

/** What a place held of a key. */
export interface Erased {
  /** What was read in order to find it; absent where the place can be asked for a key. */
  readonly read?: number;
  /** Whether all was looked at. */
  readonly isAll: boolean;
  readonly found: number;
  readonly erased: number;
  /** What was found and is still there though it was to go. */
  readonly left: readonly { readonly id: string; readonly problem: string }[];
  /** Why the place was not gone through to its end; absent where it was. */
  readonly stopped?: string;
}

export type ErasableService = 'Blob storage' | 'Cosmos DB';

/** A place in which something may lie of a device or other key. Its methods throw what its service answers. */
export interface ErasablePlace {
  readonly name: string;
  /** What it lies in: where that is out of reach for one place, it is for the others. */
  readonly service: ErasableService;
  erase(key: string, options: EraseOptions): Promise<Erased>;
}

export type PlaceReport = Erased & { readonly place: string };

export interface EraseReport {
  readonly places: readonly PlaceReport[];
  /** Whether the last look at all places found nothing more to erase: what still arrives is not done with. */
  readonly isQuiet: boolean;
}

export interface EraseKeyOptions extends Omit<EraseOptions, 'onProgress'> {
  readonly onProgress: (place: string, read: number) => void;
  /** Says of an error that ended a place why, in a sentence, and whether its service is out of reach altogether. */
  readonly reasonOf: (
    error: unknown,
    service: ErasableService,
  ) => { readonly reason: string; readonly isDark: boolean };
}

/** What was on its way while the places were gone through is found by going through them again. */
const roundsMax = 3;

/**
 * Goes through the places one after the other. What waits for its score comes first: nothing of it then becomes a score
 * behind the back of the others. A place that fails ends no other: what is erased, and what is not, is said of each.
 * What is erased in earnest is looked for again, until nothing more is found. Going through all of it again does no harm.
 */
export async function eraseKey(
  places: readonly ErasablePlace[],
  key: string,
  options: EraseKeyOptions,
): Promise<EraseReport> {
  let report = await eraseOnce(places, key, options);
  let isQuiet = !options.isReal || !hasErased(report);
  for (let round = 2; round <= roundsMax && !isQuiet && !isStopped(report); round++) {
    const again = await eraseOnce(places, key, options);
    isQuiet = !hasErased(again);
    report = again.map((place, i) => together(report[i] as PlaceReport, place));
  }
  return { places: report, isQuiet };
}

async function eraseOnce(
  places: readonly ErasablePlace[],
  key: string,
  { onProgress, reasonOf, ...options }: EraseKeyOptions,
): Promise<PlaceReport[]> {
  const report: PlaceReport[] = [];
  const dark = new Set<ErasableService>();
  for (const place of places) {
    const { name, service } = place;
    if (dark.has(service)) {
      report.push({ place: name, ...nothing, stopped: `not tried, since ${service} is out of reach` });
      continue;
    }
    const erased = await place
      .erase(key, { ...options, onProgress: (read) => onProgress(name, read) })
      .catch((error: unknown): Erased => {
        const { reason, isDark } = reasonOf(error, service);
        if (isDark) dark.add(service);
        return { ...nothing, stopped: reason };
      });
    report.push({ place: name, ...erased });
  }
  return report;
}

const nothing = { isAll: false, found: 0, erased: 0, left: [] } as const;

const hasErased = (report: readonly Erased[]): boolean => report.some(({ erased }) => erased > 0);
const isStopped = (report: readonly Erased[]): boolean => report.some(({ stopped }) => stopped !== undefined);

/** All that went, and what the later look left. */
const together = (before: PlaceReport, after: PlaceReport): PlaceReport => ({
  ...after,
  found: before.erased + after.found,
  erased: before.erased + after.erased,
});

/** Whether nothing of the key is left in what was gone through, and all of it was. */
export const isClean = ({ places, isQuiet }: EraseReport): boolean =>
  isQuiet &&
  places.every(
    ({ isAll, found, erased, left, stopped }) =>
      isAll && found === erased && left.length === 0 && stopped === undefined,
  );
