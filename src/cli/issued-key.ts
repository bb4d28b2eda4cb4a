import type { ContainerClient } from '@azure/storage-blob';
import { BlobKeyStore } from '../adapters/blob-key-store.ts';
import { withoutKey } from '../core/access/access-keys.ts';
import { issueKey } from '../scoring/access/issue-key.ts';

/** Longer than a deployment takes; should this process be killed, the key ends by itself. */
const lifeMs = 30 * 60_000;

/**
 * Works with a key that may score and look, on all models, and is gone afterwards.
 * @param container of the keys of callers
 */
export async function withIssuedKey<T>(
  container: () => Promise<ContainerClient>,
  work: (key: string | undefined) => Promise<T>,
): Promise<T> {
  const store = new BlobKeyStore(container);
  const issued = await issueKey(store, {
    name: `deploy-${Date.now()}`,
    rights: ['score', 'metadata'],
    expiresAt: new Date(Date.now() + lifeMs).toISOString(),
  });
  try {
    return await work(issued?.text);
  } finally {
    if (issued !== undefined) await store.change((keys) => withoutKey(keys, issued.key.id));
  }
}
