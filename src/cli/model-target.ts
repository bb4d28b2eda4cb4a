import { statusOf } from '../adapters/blob-failure.ts';
import { BlobModelRepository } from '../adapters/blob-model-repository.ts';
import { BlobModelStore } from '../adapters/models/blob-model-store.ts';
import { FolderModelStore } from '../adapters/models/folder-model-store.ts';
import { PackageCache } from '../adapters/models/package-cache.ts';
import { ScoringError } from '../core/fault.ts';
import { containers } from '../core/resources.ts';
import type { ModelStore } from '../scoring/models/model-store.ts';
import { type OptionSpec, type OptionValues, text } from './command.ts';
import { blobTarget, connectionOption, unreachable } from './targets.ts';
import { UsageError } from './usage-error.ts';

/** Options of every command that works on published models. */
export const storeOptions = {
  connection: connectionOption,
  to: { type: 'string', value: 'FOLDER', help: 'A folder of models instead of blob storage.' },
} as const satisfies Record<string, OptionSpec>;

/**
 * Works on the published models that a command means.
 * @throws {UnreachableError} when storage is out of reach
 */
export async function withModelStore<T>(options: OptionValues, work: (store: ModelStore) => Promise<T>): Promise<T> {
  const folder = text(options, 'to');
  if (folder !== undefined && text(options, 'connection') !== undefined)
    throw new UsageError('Say --to or --connection, not both.');
  if (folder !== undefined) return work(new FolderModelStore(folder));
  try {
    const container = (await blobTarget(options)).getContainerClient(containers.models);
    return await work(
      new BlobModelStore(container, new BlobModelRepository(async () => container, new PackageCache())),
    );
  } catch (error) {
    throw storageError(error);
  }
}

/** What answered with a status was reached; the rest was not. */
export function storageError(error: unknown): unknown {
  if (!(error instanceof ScoringError)) return unreachable('Blob storage', error);
  if (error.code !== 'storage.unavailable' || statusOf(error.cause) !== undefined) return error;
  return unreachable('Blob storage', { code: 'REQUEST_SEND_ERROR', message: error.message });
}

/** The operands NAME and VERSION. @throws {UsageError} */
export function modelAndVersion(operands: readonly string[], command: string): { name: string; version: number } {
  const [name, version, ...others] = operands;
  if (name === undefined || version === undefined || others.length > 0)
    throw new UsageError(`Say the NAME of a model and its VERSION. See: sluice ${command} --help`);
  if (!/^[1-9]\d{0,8}$/.test(version)) throw new UsageError(`A version is a whole number from 1 on, not ${version}.`);
  return { name, version: Number(version) };
}
