import { appendFile, cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../../local/demo/demo-events.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { RecordBatch } from '../../../src/core/batch/record-batch.ts';
import { ScoringError } from '../../../src/core/fault.ts';
import type { LoadedModel } from '../../../src/scoring/loaded-model.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import type { ModelRepository } from '../../../src/scoring/ports.ts';
import { scoreBatch } from '../../../src/scoring/score-batch.ts';
import { statusOf } from '../../../src/scoring/status.ts';
import { bundledModels, readings } from '../bundled-model.ts';
import { changedRepository } from '../memory-ports.ts';
import { addSealedVersion, countingScorers, sealFolder, withClassNames, writeAliases } from '../sealed-models.ts';

const name = 'machine-failure';
const refreshMs = 20;

let folder: string;
let base: FileModelRepository;
let registry: ModelRegistry;
let scorers: ReturnType<typeof countingScorers>;
let refused: object[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-following-'));
  base = new FileModelRepository(folder);
  for (const version of [1, 2, 3]) await addSealedVersion(folder, version, withClassNames(`-${version}`));
  await writeAliases(folder, { live: 1 });
  follow(base);
});
afterEach(async () => {
  await registry.release();
  await rm(folder, { recursive: true, force: true });
});

function follow(repository: ModelRepository): void {
  scorers = countingScorers();
  refused = [];
  registry = new ModelRegistry(repository, scorers.load, { refreshMs, onRefused: (one) => refused.push(one) });
}

const versionNow = (selector?: string) => registry.use(name, async ({ manifest }) => manifest.version, selector);

const codeOf = (selector: string) => versionNow(selector).catch((error: ScoringError) => error.code);

const serves = (version: number) =>
  until(`version ${version}`, async () => (await versionNow()) === version, 5_000, refreshMs);

const status = () => statusOf('1.2.3', [], registry);

/** Lets a version answer for the golden rows of the bundled one, whose classes have other names. */
async function addGoldenRows(version: string): Promise<void> {
  await cp(join(bundledModels, name, '1', 'golden.json'), join(version, 'golden.json'));
  await sealFolder(version);
}

/** Scores a reading. @returns the label, which tells the version by its name */
async function labelOf(model: LoadedModel): Promise<unknown> {
  const batch = new RecordBatch(model.layout);
  model.appendJsonRow(batch, readings(1)[0]);
  const { scores } = await scoreBatch(model, batch);
  return scores[0]?.label;
}

describe('an alias that moves', () => {
  test('is followed without a redeploy, forth and back, also where nobody calls meanwhile', async () => {
    expect(await registry.use(name, labelOf)).toMatch(/-1$/);
    await writeAliases(folder, { live: 2 });
    await until('version 2 in memory', () => scorers.loaded() === 2, 5_000, refreshMs);
    await serves(2);
    expect(await registry.use(name, labelOf)).toMatch(/-2$/);
    await writeAliases(folder, { live: 1 });
    await serves(1);
  });

  test('leaves callers with the old version until the new one is ready', async () => {
    const opened = Promise.withResolvers<void>();
    const open = async (model: string, version: number) => {
      if (version === 2) await opened.promise;
      return base.open(model, version);
    };
    follow(changedRepository(base, { open }));
    await serves(1);
    await writeAliases(folder, { live: 2 });
    const moved = performance.now();
    while (performance.now() - moved < 10 * refreshMs) expect(await versionNow()).toBe(1);
    opened.resolve();
    await serves(2);
  });

  test('that moves on while a version is loading ends where it points', async () => {
    const opened = Promise.withResolvers<void>();
    const open = async (model: string, version: number) => {
      if (version === 2) await opened.promise;
      return base.open(model, version);
    };
    follow(changedRepository(base, { open }));
    await serves(1);
    await writeAliases(folder, { live: 2 });
    await until('the alias to be seen', async () => (await status()).models[0]?.wanted === 2, 5_000, refreshMs);
    await writeAliases(folder, { live: 3 });
    await serves(3);
    opened.resolve();
    await until('version 2 to be let go', () => scorers.loaded() === 3 && scorers.alive() === 1, 5_000, refreshMs);
    expect(await versionNow()).toBe(3);
  });

  test('takes a session away when its last user is done, and not before', async () => {
    const working = Promise.withResolvers<void>();
    const label = registry.use(name, async (model) => {
      await working.promise;
      return labelOf(model);
    });
    await serves(1);
    await writeAliases(folder, { live: 2 });
    await serves(2);
    expect(scorers.alive()).toBe(2);
    working.resolve();
    expect(await label).toMatch(/-1$/);
    await until('the old session to be released', () => scorers.alive() === 1, 5_000, refreshMs);
  });

  test('leaves a version in memory that another alias serves', async () => {
    await writeAliases(folder, { live: 1, canary: 1 });
    expect([await versionNow(), await versionNow('canary')]).toEqual([1, 1]);
    await writeAliases(folder, { live: 2, canary: 1 });
    await serves(2);
    expect([await versionNow('canary'), scorers.loaded(), scorers.alive()]).toEqual([1, 2, 2]);
  });

  test('that is taken away is unknown', async () => {
    await writeAliases(folder, { live: 1, canary: 2 });
    expect(await versionNow('canary')).toBe(2);
    await writeAliases(folder, { live: 1 });
    await until('the alias to be gone', async () => (await codeOf('canary')) === 'model.unknown', 5_000, refreshMs);
    await until('its version to be released', () => scorers.alive() === 0, 5_000, refreshMs);
  });
});

test('without aliases the highest sealed version is live', async () => {
  await rm(join(folder, name, 'aliases.json'));
  expect(await versionNow()).toBe(3);
  await addSealedVersion(folder, 4);
  await serves(4);
});

describe('a new version that does not hold never serves: the last good one goes on, and the status says why', () => {
  const version2 = (file = '') => join(folder, name, '2', file);
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['a truncated file', () => truncate(version2('model.onnx'), 400_000), /2\/model\.onnx is not the file/],
    ['a half copy', () => rm(version2('model.onnx')), /lacks a file that digests\.json names: model\.onnx/],
    ['an extra file', () => writeFile(version2('notes.txt'), 'x'), /does not name: notes\.txt/],
    ['a changed manifest', () => appendFile(version2('manifest.json'), ' '), /manifest\.json is not the file/],
    ['the package of another version', () => cp(join(folder, name, '3'), version2(), { recursive: true }), /says that/],
    [
      'a manifest that does not hold',
      () => addSealedVersion(folder, 2, (manifest) => ({ ...manifest, outputs: {} })),
      /manifest\.json is wrong/,
    ],
    ['golden rows that it answers otherwise', () => addGoldenRows(version2()), /2\/golden\.json/],
    ['no version at all', () => rm(version2(), { recursive: true }), /no manifest\.json/],
  ])('%s', async (_, spoil, message) => {
    await spoil();
    await serves(1);
    await writeAliases(folder, { live: 2 });
    await until('the status to say so', async () => (await status()).problems.length > 0, 5_000, refreshMs);
    expect(await status()).toMatchObject({
      ready: false,
      models: [{ name, version: 1, wanted: 2, digest: expect.stringMatching(/^sha256:/) }],
      problems: [expect.stringMatching(/^Model machine-failure 2: .*version 1 goes on serving/s)],
    });
    expect((await status()).problems[0]).toMatch(message);
    expect(await registry.use(name, labelOf)).toMatch(/-1$/);
    // Another version heals it.
    await writeAliases(folder, { live: 3 });
    await serves(3);
    expect((await status()).ready).toBe(true);
  });

  test('it is not tried again by each caller, and told of once a try', async () => {
    await truncate(version2('model.onnx'), 10);
    let opened = 0;
    const open = (model: string, version: number) => {
      opened++;
      return base.open(model, version);
    };
    follow(changedRepository(base, { open }));
    await writeAliases(folder, { live: 2 });
    for (let i = 0; i < 50; i++) await expect(versionNow()).rejects.toMatchObject({ code: 'package.broken' });
    expect(opened).toBe(1);
    expect(refused).toEqual([{ model: name, version: 2, code: 'package.broken' }]);
  });
});

describe('a repository that does not answer', () => {
  const dark = async () => {
    throw new ScoringError('storage.unavailable', 'blob storage is dark', { retryable: true });
  };

  test('keeps nobody from the versions that are known, and the status says so', async () => {
    let isDark = false;
    const aliases = (model: string) => (isDark ? dark() : base.aliases(model));
    follow(changedRepository(base, { aliases }));
    await serves(1);
    isDark = true;
    await until('the status to say so', async () => (await status()).problems.length > 0, 5_000, refreshMs);
    expect((await status()).problems).toEqual(['Model machine-failure 1: blob storage is dark']);
    expect(await versionNow()).toBe(1);
    // Whether there is such a version, nobody can tell now.
    expect(await codeOf('7')).toBe('storage.unavailable');
    isDark = false;
    await writeAliases(folder, { live: 2 });
    await serves(2);
    await until('all to be well', async () => (await status()).ready, 5_000, refreshMs);
  });

  test('from the start is a fault that may heal, not a guess', async () => {
    follow(changedRepository(base, { aliases: dark }));
    await expect(versionNow()).rejects.toMatchObject({ code: 'storage.unavailable', retryable: true });
  });

  test('in its time holds nobody up', async () => {
    let isStuck = false;
    const aliases = (model: string) => (isStuck ? new Promise<never>(() => {}) : base.aliases(model));
    follow(changedRepository(base, { aliases }));
    await serves(1);
    isStuck = true;
    for (let i = 0; i < 20; i++) expect(await versionNow()).toBe(1);
  });
});

test('callers who make up versions do not make the repository busy', async () => {
  let read = 0;
  const aliases = (model: string) => {
    read++;
    return base.aliases(model);
  };
  registry = new ModelRegistry(changedRepository(base, { aliases }), scorers.load, { refreshMs: 60_000 });
  await versionNow();
  for (let i = 0; i < 1_000; i++) {
    await expect(versionNow(`made-up-${i}`)).rejects.toMatchObject({ code: 'model.unknown' });
  }
  expect(read).toBeLessThan(10);
});
