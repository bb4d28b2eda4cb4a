import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../local/demo/demo-events.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { bundledModels } from '../bundled-model.ts';
import { changedRepository } from '../memory-ports.ts';
import { countingScorers, sealFolder } from '../sealed-models.ts';

/** Room for two models of the bundled one's size, not for three. */
let bytesForTwo: number;
let folder: string;
let registry: ModelRegistry;
/** How often aliases were read. */
let looks = 0;
let scorers: ReturnType<typeof countingScorers>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-budget-'));
  for (const name of ['a', 'b', 'c']) {
    const version = join(folder, name, '1');
    await cp(join(bundledModels, 'machine-failure', '1'), version, { recursive: true });
    const manifest = JSON.parse(await readFile(join(version, 'manifest.json'), 'utf8')) as object;
    await writeFile(join(version, 'manifest.json'), JSON.stringify({ ...manifest, name }));
    await sealFolder(version);
  }
  const { size } = await stat(join(folder, 'a', '1', 'scoring.onnx'));
  bytesForTwo = 2 * (2 * size + (4 << 20)) + 1_000;
  open(bytesForTwo);
});
afterEach(async () => {
  await registry.release();
  await rm(folder, { recursive: true, force: true });
  expect(scorers.alive()).toBe(0);
});

function open(bytesMax: number, residentBytes = () => 0): void {
  scorers = countingScorers();
  const base = new FileModelRepository(folder);
  const aliases = (model: string) => {
    looks++;
    return base.aliases(model);
  };
  const memory = { bytesMax, residentBytes };
  registry = new ModelRegistry(changedRepository(base, { aliases }), scorers.load, { memory, refreshMs: 20 });
}

const use = (name: string) => registry.use(name, async (model) => model.manifest.name);

test('the model that was used longest ago makes room, and comes back when it is asked for', async () => {
  for (const name of ['a', 'b', 'a', 'c']) expect(await use(name)).toBe(name);
  expect([scorers.loaded(), scorers.alive()]).toEqual([3, 2]);
  expect(await use('a')).toBe('a');
  expect(scorers.loaded()).toBe(3);
  expect(await use('b')).toBe('b');
  expect([scorers.loaded(), scorers.alive()]).toEqual([4, 2]);
});

test('a model in use makes no room before its user is done', async () => {
  const working = Promise.withResolvers<void>();
  const both = ['a', 'b'].map((name) => registry.use(name, () => working.promise));
  await until('both to be loaded', () => scorers.alive() === 2, 5_000);
  expect(await use('c')).toBe('c');
  expect(scorers.alive()).toBe(3);
  working.resolve();
  await Promise.all(both);
  expect(scorers.alive()).toBe(2);
  expect(await use('a')).toBe('a');
  expect(scorers.loaded()).toBe(3);
});

test('many at once, more than there is room for, are all served', async () => {
  const names = Array.from({ length: 300 }, (_, i) => ['a', 'b', 'c'][i % 3] as string);
  expect(await Promise.all(names.map(use))).toEqual(names);
  for (const name of names.slice(0, 30)) expect(await use(name)).toBe(name);
  expect(scorers.alive()).toBeLessThanOrEqual(2);
});

test('models are described without those that left memory being loaded again', async () => {
  expect((await registry.described()).map(({ manifest }) => manifest.name)).toEqual(['a', 'b', 'c']);
  const loaded = scorers.loaded();
  expect(scorers.alive()).toBe(2);
  for (let i = 0; i < 3; i++) expect(await registry.described()).toHaveLength(3);
  expect(scorers.loaded()).toBe(loaded);
});

test('a model that left memory comes back in the version that is wanted then, or else as the last good one', async () => {
  const version = (name: string) => registry.use(name, async (model) => model.manifest.version);
  const state = async () => (await registry.states()).find(({ name }) => name === 'a');
  const isWanted = (wanted: number) =>
    until(`version ${wanted} to be wanted`, async () => (await state())?.wanted === wanted, 5_000, 20);
  const leaves = async () => {
    for (const other of ['b', 'c']) await use(other);
  };
  expect(await version('a')).toBe(1);
  await leaves();
  // Version 2 says of itself that it is version 1, and so does not hold.
  await cp(join(folder, 'a', '1'), join(folder, 'a', '2'), { recursive: true });
  await isWanted(2);
  expect(await version('a')).toBe(1);
  expect(await state()).toMatchObject({ version: 1, wanted: 2, problem: expect.stringMatching(/says that it is a 1/) });
  await leaves();
  const manifest = JSON.parse(await readFile(join(folder, 'a', '1', 'manifest.json'), 'utf8')) as object;
  await cp(join(folder, 'a', '1'), join(folder, 'a', '3'), {
    recursive: true,
    filter: (path) => !/digests/.test(path),
  });
  await writeFile(join(folder, 'a', '3', 'manifest.json'), JSON.stringify({ ...manifest, version: 3 }));
  await sealFolder(join(folder, 'a', '3'));
  await isWanted(3);
  expect(await version('a')).toBe(3);
});

test('a model that left memory and cannot come back is told as long as that is so', async () => {
  expect(await use('a')).toBe('a');
  for (const other of ['b', 'c']) await use(other);
  const path = join(folder, 'a', '1', 'scoring.onnx');
  const bytes = await readFile(path);
  await writeFile(path, 'x');
  await expect(use('a')).rejects.toMatchObject({ code: 'package.broken' });
  // Looking again at the aliases, which have not moved, heals nothing.
  const before = looks;
  await until('the aliases to be read again', () => looks >= before + 9, 5_000, 20);
  const problem = async () => (await registry.states()).find(({ name }) => name === 'a')?.problem;
  expect(await problem()).toMatch(/scoring\.onnx is not the file/);
  await writeFile(path, bytes);
  await until(
    'it to be back',
    () =>
      use('a').then(
        () => true,
        () => false,
      ),
    5_000,
  );
  expect(await problem()).toBeUndefined();
});

test('the status of what was proven is told without loading it again', async () => {
  for (const name of ['a', 'b', 'c']) await use(name);
  const loaded = scorers.loaded();
  for (let i = 0; i < 3; i++) {
    expect((await registry.states()).map(({ problem, digest }) => [problem, typeof digest])).toEqual(
      Array(3).fill([undefined, 'string']),
    );
  }
  expect(scorers.loaded()).toBe(loaded);
});

test('a model that turns out to take more than its file lets one expect pushes out the others, and stays', async () => {
  open(bytesForTwo, () => scorers.loaded() * bytesForTwo);
  for (const name of ['a', 'b', 'b', 'b']) expect(await use(name)).toBe(name);
  expect([scorers.loaded(), scorers.alive()]).toEqual([2, 1]);
});

test('a model that is larger than the whole budget is refused by name and setting', async () => {
  open(1 << 20);
  await expect(use('a')).rejects.toMatchObject({
    code: 'model.not_ready',
    message: expect.stringMatching(/scoring\.onnx needs about \d+ MB of memory, and SLUICE_MODEL_MEMORY_MB is 1/),
  });
});
