/** How a place is gone through. */
export interface EraseOptions {
  /** Whether what is found is deleted; it is only counted otherwise. */
  readonly isReal: boolean;
  /** Blobs that are read, at most. */
  readonly scanMax: number;
  /** Hears how many blobs were read so far. */
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
}

/** A place in which something may lie of a device or other key. Its methods throw what its service answers. */
export interface ErasablePlace {
  readonly name: string;
  erase(key: string, options: EraseOptions): Promise<Erased>;
}

export type EraseReport = readonly (Erased & { readonly place: string })[];

/**
 * Goes through the places one after the other. What waits for its score comes first: nothing of it then becomes a score
 * behind the back of the others. Going through them again does no harm.
 */
export async function eraseKey(
  places: readonly ErasablePlace[],
  key: string,
  options: Omit<EraseOptions, 'onProgress'> & { readonly onProgress: (place: string, read: number) => void },
): Promise<EraseReport> {
  const report: (Erased & { place: string })[] = [];
  for (const place of places) {
    const onProgress = (read: number) => options.onProgress(place.name, read);
    report.push({ place: place.name, ...(await place.erase(key, { ...options, onProgress })) });
  }
  return report;
}

/** Whether nothing of the key is left in what was gone through, and all of it was. */
export const isClean = (report: EraseReport): boolean =>
  report.every(({ isAll, found, erased, left }) => isAll && found === erased && left.length === 0);
