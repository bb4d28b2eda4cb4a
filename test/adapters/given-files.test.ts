import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenFiles, withScratchFile } from '../../src/adapters/given-files.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const weights = Uint8Array.from({ length: 1_000 }, (_, i) => (i * 37) % 256);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-given-'));
  await mkdir(at('model', 'parts'), { recursive: true });
  await writeFile(at('model', 'model.onnx'), 'a model');
  await writeFile(at('model', 'weights.bin'), weights);
  await writeFile(at('model', 'parts', 'more.bin'), weights);
  await writeFile(at('outside.bin'), weights);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('looking at what was given', () => {
  test('a file: its first and last bytes', async () => {
    const long = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
    await writeFile(at('long.bin'), long);
    const { head, tail, entries } = (await givenFiles.look(at('long.bin')))!;
    expect([head.length, tail.length, entries]).toEqual([65_536, 65_536, undefined]);
    expect(tail).toEqual(long.subarray(-65_536));
  });

  test('a folder: the names in it; nothing: undefined', async () => {
    expect((await givenFiles.look(at('model')))?.entries?.toSorted()).toEqual(['model.onnx', 'parts', 'weights.bin']);
    expect(await givenFiles.look(at('absent'))).toBeUndefined();
    expect(await givenFiles.look(at('long.bin', 'inside'))).toBeUndefined();
  });

  test.skipIf(process.platform === 'win32')('a pipe is refused at once, not waited for', async () => {
    execFileSync('mkfifo', [at('pipe.onnx')]);
    await expect(givenFiles.look(at('pipe.onnx'))).rejects.toThrow('no plain file');
  });

  test('a file beyond the limit is not read', async () => {
    await expect(givenFiles.read(at('long.bin'), 199_999)).rejects.toThrow('200000 bytes, more than 199999');
    expect(await givenFiles.read(at('long.bin'), 200_000)).toHaveLength(200_000);
  });

  test('YAML is read, folded texts too; what is none, or multiplies itself by aliases, is refused', async () => {
    await writeFile(at('MLmodel'), 'signature:\n  inputs: \'[{"name":\n    "a"}]\'\n');
    expect(await givenFiles.readYaml(at('MLmodel'))).toEqual({ signature: { inputs: '[{"name": "a"}]' } });
    await writeFile(at('broken'), 'a: [');
    await expect(givenFiles.readYaml(at('broken'))).rejects.toThrow('cannot be read');
    const levels = 'abcdefghij'
      .split('')
      .map((name, i, all) => `${name}: &${name} [${Array(9).fill(i ? `*${all[i - 1]}` : 'x')}]`);
    await writeFile(at('bomb'), levels.join('\n'));
    await expect(givenFiles.readYaml(at('bomb'))).rejects.toThrow('alias');
  });
});

describe('weights outside of the model file', () => {
  const model = () => at('model', 'model.onnx');
  const read = (location: string, bytesMax = 1 << 20) => givenFiles.readWeights(model(), location, bytesMax);

  test('beside it or in a folder below are read', async () => {
    expect(await read('weights.bin')).toEqual(weights);
    expect(await read('parts/more.bin')).toEqual(weights);
  });

  test.each([
    ['above', '../outside.bin'],
    ['above, by a detour', 'parts/../../outside.bin'],
    ['here, by a detour', './weights.bin'],
    ['absolute', '/etc/hostname'],
    ['of the process', '/proc/self/environ'],
    ['of a drive', 'C:/weights.bin'],
    ['with backslashes', '..\\outside.bin'],
    ['with a zero byte', 'weights.bin\0.txt'],
    ['empty', ''],
  ])('a path %s is refused', async (_, location) => {
    expect(await read(location)).toMatchObject({
      code: 'model.unsupported',
      expected: expect.stringContaining('relative path'),
    });
  });

  test('a symbolic link is refused, as a file and as a folder on the way', async () => {
    await symlink(at('outside.bin'), at('model', 'link.bin'));
    await symlink(folder, at('model', 'up'));
    for (const location of ['link.bin', 'up/outside.bin']) {
      expect(await read(location)).toMatchObject({ got: expect.stringContaining('symbolic link') });
    }
  });

  test('a hard link is refused, which ONNX Runtime would follow', async () => {
    await link(at('outside.bin'), at('model', 'hard.bin'));
    expect(await read('hard.bin')).toMatchObject({ got: expect.stringContaining('hard link, one of 2 names') });
    await rm(at('model', 'hard.bin'));
  });

  test('a file of text is refused: settings beside a model are no weights', async () => {
    await writeFile(at('model', 'local.settings.json'), '{ "Values": { "SLUICE_STORAGE": "geheim" } }');
    await writeFile(at('model', 'long.txt'), 'ä'.repeat(10_000));
    for (const location of ['local.settings.json', 'long.txt']) {
      expect(await read(location)).toMatchObject({ got: expect.stringContaining('a file of text') });
    }
    await writeFile(at('model', 'zeros.bin'), new Uint8Array(64));
    expect(await read('zeros.bin')).toHaveLength(64);
  });

  test('a folder and nothing are refused', async () => {
    expect(await read('parts')).toMatchObject({ got: expect.stringContaining('something else') });
    expect(await read('absent.bin')).toMatchObject({ got: expect.stringContaining('nothing at that path') });
  });

  test('a file beyond the limit is refused, a sparse one of many gigabytes at once', async () => {
    expect(await read('weights.bin', 999)).toMatchObject({ expected: expect.stringContaining('at most 999 bytes') });
    await writeFile(at('model', 'sparse.bin'), weights);
    await truncate(at('model', 'sparse.bin'), 2 ** 36);
    expect(await read('sparse.bin')).toMatchObject({ got: expect.stringContaining('68719476736 bytes') });
  });
});

test('a scratch file lies there while it is used, also when its use fails', async () => {
  const lent: string[] = [];
  const use = async (path: string) => {
    lent.push(path);
    return readFile(path);
  };
  expect(await withScratchFile(weights, use)).toEqual(Buffer.from(weights));
  const failing = withScratchFile(weights, async (path) => {
    lent.push(path);
    throw new Error('as it happens');
  });
  await expect(failing).rejects.toThrow('as it happens');
  for (const path of lent) await expect(stat(path)).rejects.toThrow('ENOENT');
});
