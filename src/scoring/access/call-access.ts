import type { KeyRing } from '../../core/access/key-secret.ts';

/** Who may call this app; settings say so. */
export interface CallAccess {
  /** Whether everybody may score and look, without a key. */
  readonly isAnonymous: boolean;
  /** Whether Easy Auth stands before the app: only then its header means anything. */
  readonly hasEasyAuth: boolean;
  /** Whether documentation and the repository's routes are served. */
  readonly hasDocs: boolean;
  /** The keys, not older than a few seconds. @throws {ScoringError} `storage.unavailable`, `access.invalid` */
  keys(): Promise<KeyRing>;
}
