import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlobModelRepository } from '../../../src/adapters/blob-model-repository.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { BlobModelStore } from '../../../src/adapters/models/blob-model-store.ts';
import { PackageCache } from '../../../src/adapters/models/package-cache.ts';
import { noAliases } from '../../../src/core/aliases/aliases.ts';
import { promoted } from '../../../src/core/aliases/move-alias.ts';
import { digestOf } from '../../../src/core/digest.ts';
import { limits } from '../../../src/core/limits.ts';
import type { ModelPackage } from '../../../src/scoring/ports.ts';
import { addSealedVersion, sealFolder } from '../../scoring/sealed-models.ts';
import { allBlobs, useBlobStorage } from '../blob-storage.ts';

const name = 'machine-failure';
const storage = useBlobStorage();

let folder: string;
let container: ContainerClient;
let local: FileModelRepository;
let store: BlobModelStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-blob-models-'));
  container = await storage.newContainer();
  local = new FileModelRepository(join(folder, 'models'));
  await addSealedVersion(join(folder, 'models'), 1);
  store = new BlobModelStore(container, repositoryWith('cache'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A reader of the container with a cache of its own, as another instance has it. */
const repositoryWith = (cache: string) =>
  new BlobModelRepository(async () => container, new PackageCache({ folder: join(folder, cache) }));

const sealed = (version = 1) => local.open(name, version);

/** A package one of whose files is not what it says. */
const withFile = (source: ModelPackage, file: string, path: string): ModelPackage => ({
  ...source,
  file: async (wanted) => ({ ...(await source.file(wanted)), ...(wanted === file && { path }) }),
});

describe('a published version', () => {
  test('is read back as it was sealed', async () => {
    expect(await store.publish(await sealed())).toBe('published');
    const repository = repositoryWith('other');
    expect(await repository.models()).toEqual([name]);
    expect(await repository.versions(name)).toEqual([1]);
    expect(await repository.versions('machine')).toEqual([]);
    const [here, there] = [await sealed(), await repository.open(name, 1)];
    expect({ manifest: there.manifest, seal: there.seal }).toEqual({ manifest: here.manifest, seal: here.seal });
    expect((await there.file('model.onnx')).digest).toBe((await here.file('model.onnx')).digest);
    expect(await store.digestOf(name, 1)).toBe(here.seal?.digest);
    await there.close?.();
  });

  test('that is published again is a no-op that says so', async () => {
    const shares: number[] = [];
    await store.publish(await sealed(), (share) => shares.push(share));
    expect(shares.at(-1)).toBe(1);
    const before = await allBlobs(container);
    expect(await store.publish(await sealed())).toBe('unchanged');
    expect(await allBlobs(container)).toEqual(before);
  });

  test('never changes: other bytes are refused', async () => {
    await store.publish(await sealed());
    const before = await allBlobs(container);
    await addSealedVersion(join(folder, 'models'), 1, (manifest) => ({ ...manifest, description: 'another' }));
    await expect(store.publish(await sealed())).rejects.toMatchObject({
      code: 'package.sealed',
      message: expect.stringMatching(/machine-failure\/1 is published already, with other bytes.*publish the next/),
    });
    expect(await allBlobs(container)).toEqual(before);
  });

  test('of an open package is refused', async () => {
    await rm(join(folder, 'models', name, '1', 'digests.json'));
    await expect(store.publish(await sealed())).rejects.toMatchObject({ message: expect.stringMatching(/not sealed/) });
  });

  test('cannot be seen before it is whole, and the next try goes on from there', async () => {
    const wrong = join(folder, 'wrong.onnx');
    await writeFile(wrong, 'something else');
    const source = await sealed();
    await expect(store.publish(withFile(source, 'model.onnx', wrong))).rejects.toMatchObject({
      code: 'package.broken',
      message: expect.stringMatching(/model\.onnx changed while it was published/),
    });
    expect([...(await allBlobs(container)).keys()]).toEqual(['machine-failure/1/manifest.json']);
    expect([await store.repository.models(), await store.repository.versions(name)]).toEqual([[], []]);
    await expect(store.repository.open(name, 1)).rejects.toMatchObject({
      message: expect.stringMatching(/not published/),
    });
    expect(await store.publish(source)).toBe('published');
    await store.repository.open(name, 1);
  });

  test('is not mixed with what another publication left behind', async () => {
    await container.getBlockBlobClient(`${name}/1/manifest.json`).upload('{}', 2);
    await expect(store.publish(await sealed())).rejects.toMatchObject({
      code: 'package.sealed',
      message: expect.stringMatching(/manifest\.json is there already with other bytes/),
    });
  });

  test('by two at once is there once, whole', async () => {
    const answers = await Promise.all([store.publish(await sealed()), store.publish(await sealed())]);
    expect(answers).toContain('published');
    await repositoryWith('other').open(name, 1);
  });

  test('by two at once with other bytes is refused to one of them', async () => {
    await addSealedVersion(join(folder, 'others'), 1, (manifest) => ({ ...manifest, description: 'another' }));
    const other = await new FileModelRepository(join(folder, 'others')).open(name, 1);
    const answers = await Promise.allSettled([store.publish(await sealed()), store.publish(other)]);
    const refused = answers.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(1);
    for (const { reason } of refused as PromiseRejectedResult[]) expect(reason.code).toBe('package.sealed');
    // Whoever won: what is there is one of the two, or nothing that can be seen.
    if (refused.length === 1) await repositoryWith('other').open(name, 1);
    else expect(await store.repository.versions(name)).toEqual([]);
  });
});

describe('a published package that is not as it was sealed does not open', () => {
  const upload = (file: string, text: string) =>
    container.getBlockBlobClient(`${name}/1/${file}`).upload(text, Buffer.byteLength(text));

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['another manifest', () => upload('manifest.json', '{}'), /manifest\.json is not the file that its seal names/],
    ['an empty model', () => upload('model.onnx', ''), /model\.onnx is not the file/],
    ['a missing file', () => container.deleteBlob(`${name}/1/model.onnx`), /lacks a file .*: model\.onnx/],
    ['an extra file', () => upload('more.onnx', 'x'), /does not name: more\.onnx/],
    ['a seal that is cut', () => upload('digests.json', '{"format": 1'), /digests\.json is not JSON/],
  ])('%s', async (_, spoil, message) => {
    await store.publish(await sealed());
    await spoil();
    const opened = repositoryWith('other').open(name, 1);
    await expect(opened).rejects.toMatchObject({ code: 'package.broken', message: expect.stringMatching(message) });
    // Nothing half is left behind.
    expect(await readdir(join(folder, 'other')).catch(() => [])).toEqual([]);
  });
});

describe('aliases', () => {
  const reason = (by: string) => ({ by, at: '2026-11-21T03:04:05.678Z' });
  const promoteTo = (version: number, by: string) =>
    store.changeAliases(name, (current) => promoted(current, 'live', version, reason(by)));

  test('are none at first', async () => {
    expect(await store.repository.aliases(name)).toEqual(noAliases);
  });

  test('of many who promote at once none is lost: each tries again until it has won', async () => {
    const who = Array.from({ length: 8 }, (_, i) => `writer-${i}`);
    await Promise.all(who.map((by, i) => promoteTo(i + 1, by)));
    const { aliases, history } = await store.repository.aliases(name);
    expect(history.map(({ by }) => by).toSorted()).toEqual(who);
    expect(aliases.live).toBe(history[0]?.to);
    // Each went from where the one before had gone.
    for (const [i, { from }] of history.entries()) expect(from).toBe(history[i + 1]?.to);
  });

  test('that are broken are told, and not written over', async () => {
    await container.getBlockBlobClient(`${name}/aliases.json`).upload('{"live": 1}', 11);
    await expect(promoteTo(2, 'ada')).rejects.toMatchObject({ code: 'aliases.invalid' });
    expect((await allBlobs(container)).get(`${name}/aliases.json`)).toBe('{"live": 1}');
  });
});

test('routes are read from the container', async () => {
  expect(await store.repository.routes()).toBeUndefined();
  await container.getBlockBlobClient('routes.json').upload('{"files": []}', 13);
  expect(await store.repository.routes()).toEqual({ files: [] });
});

test('a container that does not exist holds nothing', async () => {
  const nowhere = storage.service().getContainerClient('nowhere');
  const repository = new BlobModelRepository(async () => nowhere, new PackageCache({ folder: join(folder, 'cache') }));
  expect(await repository.models()).toEqual([]);
  expect(await repository.versions(name)).toEqual([]);
  expect(await repository.aliases(name)).toEqual(noAliases);
  expect(await repository.routes()).toBeUndefined();
});

test('an aliases.json that is too large to be one is not read', async () => {
  const text = ' '.repeat(limits.manifestBytesMax + 1);
  await container.getBlockBlobClient(`${name}/aliases.json`).upload(text, text.length);
  await expect(store.repository.aliases(name)).rejects.toMatchObject({ message: expect.stringMatching(/too large/) });
});

test('the address of a package is the digest of its digests.json', async () => {
  await store.publish(await sealed());
  const text = (await allBlobs(container)).get(`${name}/1/digests.json`) as string;
  expect(await store.digestOf(name, 1)).toBe(digestOf(text));
});

test('a file that grows while it is published is not published', async () => {
  const source = await sealed();
  await appendFile((await source.file('manifest.json')).path, ' ');
  await expect(store.publish(source)).rejects.toMatchObject({ code: 'package.broken' });
  await sealFolder(join(folder, 'models', name, '1'));
  expect(await store.publish(await sealed())).toBe('published');
});
