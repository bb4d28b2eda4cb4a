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

const manifestOf = (version: number) => join(folder, 'machine-failure', String(version), 'manifest.json');

async function addVersion(
  version: number,
  change: (manifest: Record<string, unknown>) => object = (manifest) => manifest,
): Promise<void> {
  await cp(join(folder, 'machine-failure', '1'), join(folder, 'machine-failure', String(version)), { recursive: true });
  const manifest = JSON.parse(await readFile(manifestOf(1), 'utf8'));
  await writeFile(manifestOf(version), JSON.stringify(change({ ...manifest, version })));
}

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
  await addVersion(2);
  await addVersion(10);
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
    await writeFile(manifestOf(1), '{');
    await expect(serving('machine-failure')).rejects.toMatchObject({
      code: 'model.not_ready',
      message: expect.stringMatching(/manifest\.json is not JSON/),
    });
  });

  test('a manifest of another version', async () => {
    await addVersion(2, (manifest) => ({ ...manifest, version: 1 }));
    await expect(serving('machine-failure', '2')).rejects.toMatchObject({
      code: 'manifest.invalid',
      message: expect.stringMatching(/2\/manifest\.json says that it is machine-failure 1/),
    });
  });

  test('features that do not fit the model: a list of all that is wrong', async () => {
    await addVersion(2, (manifest) => ({ ...manifest, model: { inputs: { feature: ['torque'] } } }));
    await expect(serving('machine-failure', '2')).rejects.toMatchObject({
      code: 'model.mismatch',
      message: expect.stringMatching(
        /an input of the model \("features"\)[\s\S]*the features that feed the model's input "features"/,
      ),
    });
  });

  test('a missing model file', async () => {
    await rm(join(folder, 'machine-failure', '1', 'model.onnx'));
    await expect(serving('machine-failure')).rejects.toMatchObject({
      code: 'model.not_ready',
      message: expect.stringMatching(/model\.onnx of the package is missing/),
    });
  });

  test('a file that is no model', async () => {
    await writeFile(join(folder, 'machine-failure', '1', 'model.onnx'), 'not a model');
    await expect(serving('machine-failure')).rejects.toMatchObject({
      code: 'model.not_ready',
      message: expect.stringMatching(/model\.onnx cannot be loaded/),
    });
  });
});

test('the digest is the one that sha256sum gives for manifest and model, and changes with either', async () => {
  await addVersion(2);
  const { digest } = await serving('machine-failure', '1');
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
