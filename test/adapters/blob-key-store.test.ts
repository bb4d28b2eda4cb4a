import { expect, test } from 'vitest';
import { BlobKeyStore } from '../../src/adapters/blob-key-store.ts';
import { withoutKey } from '../../src/core/access/access-keys.ts';
import { issueKey } from '../../src/scoring/access/issue-key.ts';
import { allBlobs, useBlobStorage } from './blob-storage.ts';

const { newContainer } = useBlobStorage();
const grant = (name: string) => ({ name, rights: ['score' as const] });

async function newStore() {
  const container = await newContainer();
  return { container, store: new BlobKeyStore(async () => container) };
}

test('where nobody has issued a key, there is none', async () => {
  const { store } = await newStore();
  expect(await store.read()).toEqual({ format: 1, keys: [] });
});

test('keys that are issued at once are all there, and none is stored as it is', async () => {
  const { container, store } = await newStore();
  const issued = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => issueKey(store, grant(name))));
  const { keys } = await store.read();
  expect(keys.map(({ name }) => name).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  const stored = (await allBlobs(container)).get('keys.json');
  for (const each of issued) expect(stored).not.toContain(each?.text.slice('slk_000000000000_'.length));
});

test('of three that are issued to one name at once, two are', async () => {
  const { store } = await newStore();
  const issued = await Promise.all([1, 2, 3].map(() => issueKey(store, grant('a'))));
  expect(issued.filter((each) => each !== undefined)).toHaveLength(2);
  expect((await store.read()).keys).toHaveLength(2);
});

test('a revoked key is gone', async () => {
  const { store } = await newStore();
  const { key } = (await issueKey(store, grant('a')))!;
  await store.change((current) => withoutKey(current, key.id));
  expect((await store.read()).keys).toEqual([]);
});

test.each(['{', '[]', '{"format":1,"keys":[{"id":"stolen"}]}'])(
  'a blob that is wrong is no key ring, and is not shown: %s',
  async (text) => {
    const { container, store } = await newStore();
    await container.getBlockBlobClient('keys.json').upload(text, text.length);
    const error = await store.read().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'access.invalid', message: expect.stringContaining('keys.json is wrong') });
    expect(error.message).not.toContain('stolen');
  },
);
