import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenFiles, withScratchFile } from '../../src/adapters/given-files.ts';
import { openPackageFolder } from '../../src/adapters/open-package-folder.ts';
import { ScoringError } from '../../src/core/fault.ts';
import { writeOnnx } from '../../src/core/graph/onnx-file.ts';
import { importModel } from '../../src/scoring/import/import-model.ts';
import type { ProbeModel } from '../../src/scoring/import/import-ports.ts';
import { importInto, project } from '../scoring/import/importing.ts';
import * as hostile from './hostile-models.ts';

/** From the call to the refusal. */
const secondsMax = 5;

let folder: string;
let models: string;
const weights = Uint8Array.from({ length: 64 }, (_, i) => (i * 151) % 256);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-hostile-'));
  models = join(folder, 'models');
  await mkdir(join(folder, 'given'));
  await writeFile(join(folder, 'outside.bin'), weights);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(model: ModelProto | Uint8Array): Promise<string> {
  const path = join(folder, 'given', `${Math.random().toString(36).slice(2)}.onnx`);
  await writeFile(path, model instanceof Uint8Array ? model : writeOnnx(model));
  return path;
}

/** Imports what must be refused, in time, leaving nothing behind. */
async function refusal(path: string): Promise<ScoringError> {
  const started = performance.now();
  const error = await importInto(models, 'hostile', path, { timeoutMs: 3_000 }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ScoringError);
  expect(performance.now() - started).toBeLessThan(secondsMax * 1_000);
  await expect(readdir(models)).rejects.toThrow('ENOENT');
  return error as ScoringError;
}

describe('a model that would do harm is refused within 5 s', () => {
  test.each<[string, () => ModelProto, RegExp]>([
    ['an endless loop', hostile.endlessLoop, /within 3 s/],
    ['an endless loop over an input of any size', () => hostile.endlessLoop('any'), /within 3 s/],
    ['a tensor of 20 GB', hostile.twentyGigabytes, /elements|memory/],
    ['a constant of 4 TB', hostile.fourTerabytes, /elements|memory/],
    ['a tensor of 20 GB whose size only a run tells', hostile.hiddenGigabytes, /memory|within/],
    ['a vector of a billion columns', hostile.billionWide, /elements|memory|within/],
    ['an unknown operator', hostile.unknownOperator, /Frobnicate/],
    ['an unknown domain', hostile.unknownDomain, /com\.example\.secret/],
    ['bfloat16', hostile.brainFloats, /bfloat16/],
    ['an input that is no tensor', hostile.sequenceInput, /sequence/],
    ['no input at all', hostile.noInput, /input/],
    ['operators older than the runtime knows', () => hostile.doubling(3), /3/],
    ['operators newer than the runtime knows', () => hostile.doubling(99), /99/],
    ['an input of a billion columns', hostile.wideInput, /small enough/],
  ])('%s', async (_, model, reason) => {
    const error = await refusal(await fileOf(model()));
    expect(error.code).toMatch(/^model\.(unsupported|malformed)$/);
    expect(error.message).toMatch(reason);
  });
});

describe('weights outside of the file', () => {
  const places = Object.entries(hostile.externalWeights);

  test.each(places)('of an %s are taken into it from beside it', async (_, model) => {
    await writeFile(join(folder, 'given', 'weights.bin'), Float32Array.of(2, 3, 4, 5));
    const taken = join(folder, `taken-${_}`);
    const { repairs, manifest } = await importInto(taken, 'whole', await fileOf(model('weights.bin')));
    expect(repairs).toEqual([`The weights in "weights.bin" are in the model's own file now.`]);
    expect(manifest).toMatchObject({ task: 'regression' });
    const bytes = await readFile(join(taken, 'whole', '1', 'model.onnx'));
    expect(bytes.includes(Buffer.from(Float32Array.of(2, 3, 4, 5).buffer))).toBe(true);
    expect(bytes.includes('weights.bin')).toBe(false);
  });

  describe.each(places)('of an %s', (_, model) => {
    test.each([
      ['above', '../outside.bin'],
      ['above by a detour', 'sub/../../outside.bin'],
      ['absolute', '/etc/hostname'],
      ['of the process', '/proc/self/environ'],
      ['in settings', 'local.settings.json'],
      ['nowhere', 'absent.bin'],
      ['without a name', ''],
    ])('%s', async (_where, location) => {
      await writeFile(join(folder, 'given', 'local.settings.json'), '{ "Values": { "SLUICE_STORAGE": "geheim" } }');
      const error = await refusal(await fileOf(model(location)));
      expect(error).toMatchObject({ code: 'model.unsupported' });
      expect(error.message).not.toContain('geheim');
    });

    test('behind a symbolic or a hard link', async () => {
      const [soft, hard] = [join(folder, 'given', 'soft.bin'), join(folder, 'given', 'hard.bin')];
      await rm(soft, { force: true });
      await rm(hard, { force: true });
      await symlink(join(folder, 'outside.bin'), soft);
      await link(join(folder, 'outside.bin'), hard);
      expect((await refusal(await fileOf(model('soft.bin')))).message).toContain('symbolic link');
      expect((await refusal(await fileOf(model('hard.bin')))).message).toContain('hard link');
    });
  });
});

describe('1,000 altered model files', () => {
  /** Numbers from 0 to `end` that are the same in every run. */
  function numbers(seed: number): (end: number) => number {
    let state = seed;
    return (end) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * end);
    };
  }

  /** The bytes with a few changed, taken out or doubled. */
  function altered(bytes: Uint8Array, random: (end: number) => number): Uint8Array {
    const copy = [...bytes];
    for (let changes = 1 + random(6); changes > 0; changes--) {
      const at = random(copy.length);
      const kind = random(4);
      if (kind === 0) copy.splice(at, 1 + random(8));
      else if (kind === 1) copy.splice(at, 0, ...copy.slice(at, at + 1 + random(16)));
      else if (kind === 2) copy[at] = random(256);
      else copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
    }
    return Uint8Array.from(copy);
  }

  const originals = () => [
    writeOnnx(hostile.doubling()),
    writeOnnx(hostile.endlessLoop()),
    writeOnnx(hostile.classifier()),
    ...Object.values(hostile.externalWeights).map((model) => writeOnnx(model('weights.bin'))),
  ];

  test('are imported or refused with a reason, and never bring this process down', async () => {
    // Only what happens here is looked at: a model that comes so far would be tried in another process.
    const probe: ProbeModel = async () => ({ code: 'model.unsupported', path: '', expected: 'a trial', got: 'none' });
    const random = numbers(1);
    const files = originals();
    const outcomes = new Map<string, number>();
    for (let i = 0; i < 1_000; i++) {
      const path = join(folder, 'given', 'altered.onnx');
      await writeFile(path, altered(files[i % files.length]!, random));
      const request = { path, name: 'altered', version: 1, timeoutMs: 1_000 };
      const outcome = await importModel(
        { files: givenFiles, probe, withScratchFile },
        request,
        openPackageFolder(models, 'altered', 1),
      ).then(
        () => 'imported',
        (error: unknown) => (error instanceof ScoringError ? error.code : String(error)),
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()].filter((outcome) => !/^model\.(malformed|unsupported)$/.test(outcome))).toEqual([]);
    expect([...outcomes.values()].reduce((sum, count) => sum + count)).toBe(1_000);
  });

  test('and some of them are tried for real', async () => {
    const random = numbers(2);
    const original = writeOnnx(hostile.classifier());
    for (let i = 0; i < 12; i++) {
      const path = await fileOf(altered(original, random));
      const into = join(folder, `altered-${i}`);
      const thrown = await importInto(into, 'altered', path).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (thrown !== undefined) expect(thrown).toBeInstanceOf(ScoringError);
    }
  });

  test('of the bundled model too', async () => {
    const original = await readFile(join(project, 'models', 'machine-failure', '1', 'model.onnx'));
    const random = numbers(3);
    for (let i = 0; i < 3; i++) {
      const thrown = await importInto(
        join(folder, `bundled-${i}`),
        'altered',
        await fileOf(altered(original, random)),
      ).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (thrown !== undefined) expect(thrown).toBeInstanceOf(ScoringError);
    }
  });
});
