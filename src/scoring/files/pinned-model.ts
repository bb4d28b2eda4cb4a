import { ScoringError } from '../../core/fault.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { ModelRegistry } from '../model-registry.ts';
import type { RunRecord } from './run-record.ts';

type Pin = Pick<RunRecord, 'model' | 'version' | 'modelDigest'>;

/**
 * Works with the model that a run has pinned, whatever its alias says by now.
 * @throws {ScoringError} `model.not_ready`, which may heal, where this instance has another model under that version; and
 *   what the registry throws
 */
export function usePinned<T>(
  registry: ModelRegistry,
  { model, version, modelDigest }: Pin,
  work: (model: LoadedModel) => Promise<T>,
): Promise<T> {
  const check = async (loaded: LoadedModel) => {
    if (loaded.digest === modelDigest) return work(loaded);
    const message = `the run was begun with ${model} ${version} of digest ${modelDigest}, this instance has ${loaded.digest}`;
    throw new ScoringError('model.not_ready', message, { retryable: true });
  };
  return registry.use(model, check, String(version));
}
