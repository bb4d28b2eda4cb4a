import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { LayeredModelRepository } from '../../src/adapters/layered-model-repository.ts';
import { aliasesText, noAliases } from '../../src/core/aliases/aliases.ts';
import { addSealedVersion } from '../scoring/sealed-models.ts';

const name = 'machine-failure';
let folder: string;
let repository: LayeredModelRepository;

const published = (...path: string[]) => join(folder, 'published', ...path);
const bundled = (...path: string[]) => join(folder, 'bundled', ...path);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-layers-'));
  repository = new LayeredModelRepository(new FileModelRepository(published()), new FileModelRepository(bundled()));
  await addSealedVersion(bundled(), 1);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a model that is only bundled is there', async () => {
  expect(await repository.models()).toEqual([name]);
  expect(await repository.versions(name)).toEqual([1]);
  expect(await repository.aliases(name)).toEqual(noAliases);
  expect(await repository.routes()).toBeUndefined();
  expect((await repository.open(name, 1)).version).toBe(1);
});

test('versions of both are there, and what both have is the published one', async () => {
  await addSealedVersion(bundled(), 2);
  await addSealedVersion(published(), 2, (manifest) => ({ ...manifest, description: 'published' }));
  await addSealedVersion(published(), 10);
  expect(await repository.versions(name)).toEqual([1, 2, 10]);
  expect((await repository.open(name, 2)).manifest).toMatchObject({ description: 'published' });
  expect((await repository.open(name, 1)).version).toBe(1);
});

test('a moved alias goes over a bundled one, alias by alias', async () => {
  await addSealedVersion(published(), 2);
  const write = (path: string, aliases: Record<string, number>) =>
    writeFile(path, aliasesText({ ...noAliases, aliases }));
  await write(bundled(name, 'aliases.json'), { live: 1, canary: 1 });
  expect((await repository.aliases(name)).aliases).toEqual({ live: 1, canary: 1 });
  await write(published(name, 'aliases.json'), { live: 2 });
  expect((await repository.aliases(name)).aliases).toEqual({ live: 2, canary: 1 });
});

test('published routes go over bundled ones as a whole', async () => {
  await addSealedVersion(published(), 2);
  await writeFile(bundled('routes.json'), '{"files": [], "streams": []}');
  expect(await repository.routes()).toEqual({ files: [], streams: [] });
  await writeFile(published('routes.json'), '{"files": []}');
  expect(await repository.routes()).toEqual({ files: [] });
});

test('a published version that is broken is not replaced by the bundled one in silence', async () => {
  const broken = await addSealedVersion(published(), 1);
  await writeFile(join(broken, 'manifest.json'), `${await readFile(join(broken, 'manifest.json'), 'utf8')} `);
  await expect(repository.open(name, 1)).rejects.toMatchObject({ code: 'package.broken' });
});
