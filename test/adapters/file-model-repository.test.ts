import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../local/devices/seeded-random.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { noAliases } from '../../src/core/aliases/aliases.ts';
import { digestOf } from '../../src/core/digest.ts';
import { limits } from '../../src/core/limits.ts';
import { addSealedVersion, sealFolder } from '../scoring/sealed-models.ts';

let folder: string;
let repository: FileModelRepository;
/** The folder of version 1, sealed. */
let version: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-folder-'));
  repository = new FileModelRepository(folder);
  version = await addSealedVersion(folder, 1);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => repository.open('machine-failure', 1);

test('a sealed version opens with its files, and its address is the digest of digests.json', async () => {
  const opened = await open();
  expect(opened).toMatchObject({ name: 'machine-failure', version: 1, manifest: { name: 'machine-failure' } });
  expect(opened.seal?.digest).toBe(digestOf(await readFile(join(version, 'digests.json'))));
  const bytes = await readFile(join(version, 'model.onnx'));
  expect(await opened.file('model.onnx')).toEqual({
    name: 'model.onnx',
    path: join(version, 'model.onnx'),
    digest: digestOf(bytes),
    bytes: bytes.length,
  });
  await expect(opened.file('other.onnx')).rejects.toMatchObject({ code: 'model.not_ready' });
});

test('an open version opens too, without a seal', async () => {
  await rm(join(version, 'digests.json'));
  const opened = await open();
  expect(opened.seal).toBeUndefined();
  expect((await opened.file('model.onnx')).bytes).toBeGreaterThan(1_000);
});

test('where a version is sealed, open ones are no versions yet', async () => {
  await cp(version, join(folder, 'machine-failure', '2'), { recursive: true });
  await rm(join(folder, 'machine-failure', '2', 'digests.json'));
  expect(await repository.versions('machine-failure')).toEqual([1]);
  await rm(join(version, 'digests.json'));
  expect(await repository.versions('machine-failure')).toEqual([1, 2]);
  expect(await repository.versions('pump')).toEqual([]);
});

describe('a sealed package that is not as it was sealed does not open', () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['a longer file', () => appendFile(join(version, 'model.onnx'), 'x'), /model\.onnx is not the file/],
    ['a truncated file', () => truncate(join(version, 'model.onnx'), 1_000), /model\.onnx is not the file/],
    ['an empty file', () => truncate(join(version, 'manifest.json'), 0), /manifest\.json is not the file/],
    ['a missing file', () => rm(join(version, 'model.onnx')), /lacks a file .*model\.onnx/],
    ['an extra file', () => writeFile(join(version, 'model.data'), ''), /does not name: model\.data/],
    ['an extra folder', () => mkdir(join(version, 'more')), /more is no plain file/],
    ['a link', () => symlink(join(version, 'model.onnx'), join(version, 'more')), /more is no plain file/],
    ['an empty seal', () => truncate(join(version, 'digests.json'), 0), /digests\.json is not JSON/],
    ['a seal with a space more', () => appendFile(join(version, 'digests.json'), ' '), /not written as sluice/],
  ])('%s', async (_, change, message) => {
    await change();
    await expect(open()).rejects.toMatchObject({ code: 'package.broken', message: expect.stringMatching(message) });
  });

  test('a file that is too large for any runtime', async () => {
    // A hole on the disk: it has a size, and takes no room.
    await truncate(join(version, 'model.onnx'), limits.modelBytesMax + 1);
    await expect(open()).rejects.toMatchObject({ message: expect.stringMatching(/model\.onnx is larger than/) });
  });

  test('the seal of another version', async () => {
    const other = await addSealedVersion(folder, 2);
    await cp(join(other, 'digests.json'), join(version, 'digests.json'));
    await expect(open()).rejects.toMatchObject({ code: 'package.broken' });
  });

  test('a package without a manifest', async () => {
    await rm(join(version, 'manifest.json'));
    await sealFolder(version);
    await expect(open()).rejects.toMatchObject({ message: expect.stringMatching(/no manifest\.json/) });
  });

  test('of 1,000 packages with one byte changed, none opens', { timeout: 120_000 }, async () => {
    const random = seededRandom(20_261_121);
    const names = await readdir(version);
    const files = new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(join(version, name))] as const)),
    );
    let refused = 0;
    for (let i = 0; i < 1_000; i++) {
      // Each file has its turn: chosen by size, the model would nearly always be the one.
      const name = names[i % names.length] as string;
      const bytes = Buffer.from(files.get(name) as Buffer);
      const at = Math.floor(random.uniform() * bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 + Math.floor(random.uniform() * 255));
      await writeFile(join(version, name), bytes);
      await open().catch(({ code }) => {
        if (code === 'package.broken') refused++;
      });
      await writeFile(join(version, name), files.get(name) as Buffer);
    }
    expect(refused).toBe(1_000);
    await open();
  });
});

describe('aliases.json', () => {
  const write = (text: string) => writeFile(join(folder, 'machine-failure', 'aliases.json'), text);

  test('is none where nothing was promoted', async () => {
    expect(await repository.aliases('machine-failure')).toEqual(noAliases);
    expect(await repository.aliases('pump')).toEqual(noAliases);
  });

  test('that cannot be read says why', async () => {
    await write('{');
    await expect(repository.aliases('machine-failure')).rejects.toMatchObject({
      code: 'aliases.invalid',
      message: expect.stringMatching(/machine-failure\/aliases\.json is not JSON/),
    });
    await write('{"live": 3}');
    await expect(repository.aliases('machine-failure')).rejects.toMatchObject({
      message: expect.stringMatching(/\/format: expected 1/),
    });
  });
});
