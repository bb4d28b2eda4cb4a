import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { FolderModelStore } from '../../../src/adapters/models/folder-model-store.ts';
import { promoted } from '../../../src/core/aliases/move-alias.ts';
import { promote, rollBack } from '../../../src/scoring/models/move-alias.ts';
import { addSealedVersion } from '../../scoring/sealed-models.ts';

const name = 'machine-failure';
let folder: string;
let target: string;
let store: FolderModelStore;
let local: FileModelRepository;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-folder-store-'));
  target = join(folder, 'published');
  store = new FolderModelStore(target);
  local = new FileModelRepository(join(folder, 'models'));
  for (const version of [1, 2]) await addSealedVersion(join(folder, 'models'), version);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const reason = (by = 'ada') => ({ by, at: '2026-11-21T03:04:05.678Z' });
const publish = async (version: number) => store.publish(await local.open(name, version));

test('a version is published once, and then never changes', async () => {
  expect(await publish(1)).toBe('published');
  expect(await publish(1)).toBe('unchanged');
  const { seal } = await store.repository.open(name, 1);
  expect(await store.digestOf(name, 1)).toBe(seal?.digest);
  await addSealedVersion(join(folder, 'models'), 1, (manifest) => ({ ...manifest, description: 'another' }));
  await expect(publish(1)).rejects.toMatchObject({ code: 'package.sealed' });
  expect((await store.repository.open(name, 1)).seal).toEqual(seal);
});

test('a version that fails on its way leaves nothing behind', async () => {
  const source = await local.open(name, 1);
  await writeFile((await source.file('manifest.json')).path, '{}');
  await expect(store.publish(source)).rejects.toMatchObject({ code: 'package.broken' });
  expect(await store.repository.versions(name)).toEqual([]);
  expect(await readdir(join(target, name))).toEqual([]);
});

test('many who publish at once publish once', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => publish(1)));
  expect(answers.toSorted()).toEqual(['published', ...Array(5).fill('unchanged')]);
  expect(await readdir(join(target, name))).toEqual(['1']);
});

test('of many who promote at once none is lost', async () => {
  await publish(1);
  const who = Array.from({ length: 20 }, (_, i) => `writer-${i}`);
  const others = who.map(() => new FolderModelStore(target));
  await Promise.all(
    who.map((by, i) => others[i]!.changeAliases(name, (current) => promoted(current, 'live', i + 1, reason(by)))),
  );
  const { history } = await store.repository.aliases(name);
  expect(history.map(({ by }) => by).toSorted()).toEqual(who.toSorted());
  for (const [i, { from }] of history.entries()) expect(from).toBe(history[i + 1]?.to);
  expect((await readdir(join(target, name))).toSorted()).toEqual(['1', 'aliases.json']);
});

test('the lock of a process that died does not hold for ever', async () => {
  await publish(1);
  const lock = join(target, name, 'aliases.json.lock');
  await writeFile(lock, '');
  await utimes(lock, new Date(0), new Date(0));
  await promote(store, name, 1, 'live', reason());
  expect((await store.repository.aliases(name)).aliases).toEqual({ live: 1 });
});

test('only what is published is promoted', async () => {
  await publish(1);
  await expect(promote(store, name, 2, 'live', reason())).rejects.toMatchObject({
    code: 'model.unknown',
    message: 'Version 2 of "machine-failure" is not published (1). First: sluice publish machine-failure 2',
  });
  await expect(promote(store, 'pump', 1, 'live', reason())).rejects.toMatchObject({
    message: 'No model "pump" is published. Published: machine-failure.',
  });
  await expect(readFile(join(target, name, 'aliases.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a rollback goes to the version before, if that is still there', async () => {
  await publish(1);
  await publish(2);
  await promote(store, name, 1, 'live', reason());
  await promote(store, name, 2, 'live', reason());
  expect(await rollBack(store, name, 'live', reason())).toMatchObject({ from: 2, to: 1 });
  await expect(rollBack(store, name, 'live', reason())).rejects.toMatchObject({
    code: 'model.unknown',
    message: expect.stringMatching(/no version before is known/),
  });
  await promote(store, name, 2, 'live', reason());
  await rm(join(target, name, '1'), { recursive: true });
  await expect(rollBack(store, name, 'live', reason())).rejects.toMatchObject({
    message: expect.stringMatching(/Version 1 .* is not published/),
  });
  expect((await store.repository.aliases(name)).aliases).toEqual({ live: 2 });
});
