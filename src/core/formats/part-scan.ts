import type { Fault } from '../fault.ts';
import type { FilePart } from './part-cutter.ts';

/** Finds where a file can be cut. It reads no value: it only counts records and lines, exactly as the decoder does. */
export interface PartScan {
  /** Records so far. */
  readonly rows: number;
  /** Names of the columns, once they are known; undefined for formats without columns. */
  readonly columns: readonly string[] | undefined;
  /** Takes the next bytes of the file. */
  push(bytes: Uint8Array): void;
  /** @returns the parts when the file has ended, or what is wrong with the file as a whole */
  end(): readonly FilePart[] | { readonly faults: readonly Fault[] };
}
