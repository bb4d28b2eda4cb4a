import type { Aliases } from '../../core/aliases/aliases.ts';
import type { Digest } from '../../core/digest.ts';
import { ScoringError } from '../../core/fault.ts';
import type { ModelPackage, ModelRepository } from '../ports.ts';

/** Where models are published: the repository that apps read, and what changes it. */
export interface ModelStore {
  readonly repository: ModelRepository;
  /** The address of a published version; undefined when it is not there. */
  digestOf(model: string, version: number): Promise<Digest | undefined>;
  /**
   * Puts a sealed package there, for ever. It can be seen when it is whole, and not before.
   * @param onProgress gets the share that is done, from 0 to 1
   * @returns 'unchanged' when the same bytes are there already
   * @throws {ScoringError} `package.sealed` when other bytes are; `storage.unavailable`
   */
  publish(source: ModelPackage, onProgress?: (share: number) => void): Promise<'published' | 'unchanged'>;
  /**
   * Changes the aliases of a model, safe against others who do the same: `change` is called again with what they wrote.
   * @returns what holds now; nothing is written when `change` returns what it was given
   */
  changeAliases(model: string, change: (current: Aliases) => Aliases): Promise<Aliases>;
}

/** How often a change of aliases is begun anew when others were faster. */
export const aliasRacesMax = 30;

/** @throws {ScoringError} `package.sealed` */
export function refuseOtherBytes(where: string): never {
  const message = `${where} is published already, with other bytes. A published version never changes: publish the next one.`;
  throw new ScoringError('package.sealed', message, { retryable: false });
}
