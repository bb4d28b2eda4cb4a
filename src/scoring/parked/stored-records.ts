/** One record as it was read; it may change or go at any time. */
export interface VersionedRecord<Stored> {
  readonly record: Stored;
  readonly version: string;
}

/** Some records, by their paths, in the order of these. */
export interface StoredPage {
  readonly found: readonly { readonly path: string /** ISO 8601. */; readonly storedAt: string }[];
  /** Whether there are no more. */
  readonly isAll: boolean;
}

export interface ListOptions {
  /** Only those whose paths begin so. */
  readonly prefix?: string;
  /** Ends the asking. */
  readonly signal?: AbortSignal;
}

/** Records that left the road, where they are stored. All throw `storage.unavailable`. */
export interface StoredRecords<Stored> {
  list(max: number, options?: ListOptions): Promise<StoredPage>;
  /** undefined when it is gone */
  read(path: string): Promise<VersionedRecord<Stored> | undefined>;
  /** Writing one again takes the place of the former one. */
  write(path: string, record: Stored): Promise<void>;
  /** @param version only this one; any when absent. @returns whether it was there, and is gone now */
  remove(path: string, version?: string): Promise<boolean>;
}
