import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { aliasesText, noAliases } from '../../src/core/aliases/aliases.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { bundledModels } from './bundled-model.ts';
import { changedRepository } from './memory-ports.ts';
import { addSealedVersion, sealFolder } from './sealed-models.ts';

let folder: string;
let registry: ModelRegistry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-models-'));
  await cp(bundledModels, folder, { recursive: true });
  registry = new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer);
});

afterEach(async () => {
  await registry.release();
  await rm(folder, { recursive: true, force: true });
});

/** The manifest's version and the digest of what serves. */
const serving = (name: string, selector?: string, of = registry) =>
  of.use(name, async ({ manifest: { version }, digest }) => ({ version, digest }), selector);

const folderOf = (version: number) => join(folder, 'machine-failure', String(version));

test('a model is loaded once, however many ask for it at once', async () => {
  const base = new FileModelRepository(folder);
  let opened = 0;
  const open = (name: string, version: number) => {
    opened++;
    return base.open(name, version);
  };
  const counting = new ModelRegistry(changedRepository(base, { open }), loadOnnxScorer);
  const models = await Promise.all(
    Array.from({ length: 20 }, () => counting.use('machine-failure', async (model) => model)),
  );
  expect(new Set(models).size).toBe(1);
  expect(opened).toBe(1);
  await counting.release();
});

test('live is the highest version, unless an alias says otherwise; versions can be asked for', async () => {
  await addSealedVersion(folder, 2);
  await addSealedVersion(folder, 10);
  expect((await serving('machine-failure')).version).toBe(10);
  expect((await serving('machine-failure', '2')).version).toBe(2);
  await writeFile(
    join(folder, 'machine-failure', 'aliases.json'),
    aliasesText({ ...noAliases, aliases: { live: 2, next: 10 } }),
  );
  const other = new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer);
  expect((await serving('machine-failure', 'live', other)).version).toBe(2);
  expect((await serving('machine-failure', 'next', other)).version).toBe(10);
  await other.release();
});

test.each([
  ['pump', 'live', /No model is called "pump"/],
  ['machine-failur', 'live', /Is "machine-failure" meant\?/],
  ['machine-failure', 'canary', /no version or alias "canary" \(versions: 1\)/],
  ['machine-failure', '2', /no version or alias "2"/],
  ['../machine-failure', 'live', /No model is called/],
])('%s %s is unknown', async (name, selector, message) => {
  await expect(serving(name, selector)).rejects.toMatchObject({
    code: 'model.unknown',
    retryable: false,
    message: expect.stringMatching(message),
  });
});

describe('a package that does not hold does not serve, and says why', () => {
  test('a manifest that is no JSON', async () => {
    await writeFile(join(folderOf(1), 'manifest.json'), '{');
    await sealFolder(folderOf(1));
    await expect(serving('machine-failure')).rejects.toMatchObject({
      code: 'model.not_ready',
      message: expect.stringMatching(/manifest\.json is not JSON/),
    });
  });

  test('a manifest of another version', async () => {
    await addSealedVersion(folder, 2, (manifest) => ({ ...manifest, version: 1 }));
    await expect(serving('machine-failure', '2')).rejects.toMatchObject({
      code: 'manifest.invalid',
      message: expect.stringMatching(/2\/manifest\.json says that it is machine-failure 1/),
    });
  });

  test('a manifest that names what the graph does not have: a list of all that is wrong', async () => {
    const outputs = { p: { kind: 'value', tensor: 'probability' }, q: { kind: 'value', tensor: 'probabilities' } };
    await addSealedVersion(folder, 2, (manifest) => ({ ...manifest, outputs }));
    await expect(serving('machine-failure', '2')).rejects.toMatchObject({
      code: 'model.mismatch',
      message: expect.stringMatching(/a tensor output of the model \("probabilities"\)[\s\S]*"vector", as the output/),
    });
  });

  test('features that are not those of the graph', async () => {
    await addSealedVersion(folder, 2, (manifest) => ({
      ...manifest,
      features: [{ name: 'torque', type: 'text' }],
      model: { inputs: { features: ['torque'] } },
    }));
    await expect(serving('machine-failure', '2')).rejects.toMatchObject({
      code: 'model.mismatch',
      message: expect.stringMatching(/numbers\[N,0\], as the manifest has features, got numbers\[N,5\]/),
    });
  });

  test('a version that was never built', async () => {
    for (const built of ['scoring.onnx', 'scoring.json', 'digests.json']) await rm(join(folderOf(1), built));
    await expect(serving('machine-failure')).rejects.toMatchObject({
      code: 'model.not_ready',
      message: expect.stringMatching(/is not sealed: run `sluice build machine-failure`/),
    });
  });

  test('a seal without the graph', async () => {
    await rm(join(folderOf(1), 'scoring.onnx'));
    await sealFolder(folderOf(1));
    await expect(serving('machine-failure')).rejects.toMatchObject({
      code: 'model.not_ready',
      message: expect.stringMatching(/scoring\.onnx of the package is missing/),
    });
  });

  test('a graph that is no model', async () => {
    await writeFile(join(folderOf(1), 'scoring.onnx'), 'not a model');
    await sealFolder(folderOf(1));
    await expect(serving('machine-failure')).rejects.toMatchObject({
      code: 'model.not_ready',
      message: expect.stringMatching(/scoring\.onnx cannot be loaded/),
    });
  });

  test('golden rows that it answers otherwise', async () => {
    const path = join(folderOf(1), 'golden.json');
    const golden = JSON.parse(await readFile(path, 'utf8'));
    golden.cases[0].expected[3].probability += 0.01;
    await writeFile(path, JSON.stringify(golden));
    await sealFolder(folderOf(1));
    await expect(serving('machine-failure')).rejects.toMatchObject({
      code: 'model.golden_failed',
      message: expect.stringMatching(/\/cases\/0\/expected\/3\/probability: expected [\d.]+, got [\d.]+/),
    });
  });
});

test('the digest is the one that sha256sum gives for manifest, contract and graph, and changes with them', async () => {
  await addSealedVersion(folder, 2);
  const { digest } = await serving('machine-failure', '1');
  const line = (name: string) => execFileSync('sha256sum', [name], { cwd: folderOf(1), encoding: 'utf8' });
  const lines = ['manifest.json', 'scoring.json', 'scoring.onnx'].map(line).join('');
  expect(digest).toBe(`sha256:${createHash('sha256').update(lines).digest('hex')}`);
  expect((await serving('machine-failure', '2')).digest).not.toBe(digest);
  const again = new ModelRegistry(new FileModelRepository(folder), loadOnnxScorer);
  expect((await serving('machine-failure', '1', again)).digest).toBe(digest);
  await again.release();
});

test('the route of a file is the one with the longest prefix that fits', async () => {
  const routes = {
    files: [
      { prefix: '', model: 'machine-failure', alias: 'any' },
      { prefix: 'a/b/', model: 'machine-failure', alias: 'deep' },
      { prefix: 'a/', model: 'machine-failure', alias: 'flat' },
    ],
  };
  await writeFile(join(folder, 'routes.json'), JSON.stringify(routes));
  expect((await registry.fileRoute('a/b/c.csv'))?.alias).toBe('deep');
  expect((await registry.fileRoute('a/c.csv'))?.alias).toBe('flat');
  expect((await registry.fileRoute('c.csv'))?.alias).toBe('any');
});
