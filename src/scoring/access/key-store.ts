import type { AccessKeys } from '../../core/access/access-keys.ts';

/** Where the keys are stored. Both throw `storage.unavailable` and `access.invalid`. */
export interface KeyStore {
  read(): Promise<AccessKeys>;
  /**
   * Changes the keys, safe against others who do the same: `change` is called again with what they wrote.
   * @returns what holds now; nothing is written when `change` returns what it was given
   */
  change(change: (current: AccessKeys) => AccessKeys): Promise<AccessKeys>;
}
