import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CacheOptions, PackageCache, type PackageOrigin } from '../../../src/adapters/models/package-cache.ts';
import { type Digest, digestOf } from '../../../src/core/digest.ts';
import { sealText } from '../../../src/core/manifest/seal.ts';
import type { PackageSeal } from '../../../src/scoring/ports.ts';

const where = 'models/pump/3';
let folder: string;
let cache: PackageCache;
let downloads: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-cache-'));
  cache = new PackageCache({ folder });
  downloads = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A package of one file. */
function sealOf(content: string): PackageSeal {
  const seal = { builtBy: 'sluice 0.0.0', files: new Map([['model.onnx', digestOf(content)]]) };
  return { ...seal, digest: digestOf(sealText(seal)) };
}

const originOf = (content: string): PackageOrigin => ({
  bytes: async () => content.length,
  async download(into) {
    downloads++;
    await writeFile(join(into, 'model.onnx'), content);
    await writeFile(join(into, 'digests.json'), sealText(sealOf(content)));
  },
});

const open = (content: string, from = cache) => from.open(sealOf(content), where, originOf(content));
const hexOf = (digest: Digest) => digest.slice('sha256:'.length);
const pathOf = (content: string) => join(folder, hexOf(sealOf(content).digest));
const fileOf = (content: string) => join(pathOf(content), 'model.onnx');

/** What lies in the cache for good. */
const kept = async () => (await readdir(folder)).filter((name) => name.length === 64);

test('a package is downloaded once and lies under its digest', async () => {
  const { files, close } = await open('model');
  expect(files.get('model.onnx')).toEqual({
    name: 'model.onnx',
    path: fileOf('model'),
    digest: digestOf('model'),
    bytes: 5,
  });
  await close();
  await (await open('model')).close();
  expect(downloads).toBe(1);
  expect(await readdir(folder)).toEqual([hexOf(sealOf('model').digest)]);
});

test('another process uses the copy that is there, once it has verified it', async () => {
  await (await open('model')).close();
  const other = new PackageCache({ folder });
  await (await open('model', other)).close();
  expect(downloads).toBe(1);
});

test('a copy that has gone bad is brought anew', async () => {
  await (await open('model')).close();
  await appendFile(fileOf('model'), 'x');
  const other = new PackageCache({ folder });
  await (await open('model', other)).close();
  expect(downloads).toBe(2);
  expect(await readFile(fileOf('model'), 'utf8')).toBe('model');
});

test('a copy that was replaced since this process verified it is verified again', async () => {
  await (await open('model')).close();
  await rm(pathOf('model'), { recursive: true });
  await (await open('model', new PackageCache({ folder }))).close();
  await appendFile(fileOf('model'), 'x');
  await (await open('model')).close();
  expect(await readFile(fileOf('model'), 'utf8')).toBe('model');
});

test('many who open it at once all get it whole', async () => {
  const caches = Array.from({ length: 8 }, () => new PackageCache({ folder }));
  const opened = await Promise.all(caches.map((each) => open('model', each)));
  for (const { files } of opened) expect(await readFile(files.get('model.onnx')!.path, 'utf8')).toBe('model');
  await Promise.all(opened.map(({ close }) => close()));
  expect(await readdir(folder)).toEqual([hexOf(sealOf('model').digest)]);
});

describe('a download that does not come to its end', () => {
  test('leaves nothing behind', async () => {
    const failing: PackageOrigin = {
      ...originOf('model'),
      async download(into) {
        await writeFile(join(into, 'model.onnx'), 'mod');
        throw new Error('cut');
      },
    };
    await expect(cache.open(sealOf('model'), where, failing)).rejects.toThrow('cut');
    expect(await readdir(folder)).toEqual([]);
    await (await open('model')).close();
  });

  test('because its process died is cleared away', async () => {
    const dead = 2 ** 22 + 1;
    await (await open('model')).close();
    const hex = hexOf(sealOf('other').digest);
    await writeFile(join(folder, `${hex}.${dead}.abc.part`), 'half');
    await writeFile(join(folder, `${hex}.${dead}.abc.use`), '');
    await (await open('other')).close();
    expect((await readdir(folder)).toSorted()).toEqual([hexOf(sealOf('model').digest), hex].toSorted());
  });
});

describe('the cache has a limit', () => {
  const limited = (options: CacheOptions = {}) => new PackageCache({ folder, bytesMax: 2_500, ...options });
  const [a, b, c] = ['a'.repeat(500), 'b'.repeat(500), 'c'.repeat(500)] as [string, string, string];
  /** Lets a package look as if it was used so many seconds ago. */
  const age = (content: string, seconds: number) =>
    utimes(pathOf(content), new Date(Date.now() - 1000 * seconds), new Date(Date.now() - 1000 * seconds));

  beforeEach(() => {
    // A seal takes about 250 bytes of its own.
    cache = limited({ bytesMax: 1_800 });
  });

  test('what was used longest ago makes room', async () => {
    await (await open(a)).close();
    await (await open(b)).close();
    await age(a, 20);
    await age(b, 30);
    await (await open(c)).close();
    expect(await kept()).toHaveLength(2);
    await open(a);
    expect(downloads).toBe(3);
  });

  test('using a package makes it young', async () => {
    await (await open(a)).close();
    await (await open(b)).close();
    await age(a, 30);
    await age(b, 20);
    await (await open(a)).close();
    await (await open(c)).close();
    await (await open(a)).close();
    expect(downloads).toBe(3);
  });

  test('what is in use stays, also for other processes', async () => {
    await open(a);
    const inUse = await open(b, limited({ bytesMax: 1_800 }));
    await age(b, 30);
    await expect(open(c)).rejects.toMatchObject({
      code: 'model.not_ready',
      message: expect.stringMatching(/models\/pump\/3 takes 1 MB on disk.*SLUICE_MODEL_CACHE_MB/),
    });
    expect(await kept()).toHaveLength(2);
    await inUse.close();
    await (await open(c)).close();
    expect(await kept()).toHaveLength(2);
  });
});
