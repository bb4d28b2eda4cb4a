import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openPackage } from '../scoring/packages/package-fixture.ts';
import { runInProcess } from './run-in-process.ts';

const sluice = (cwd: string, ...args: string[]) => runInProcess(args, { cwd });

const good = {
  features: [
    { name: 'pressure', type: 'number', missing: 'keep' },
    { name: 'grade', type: 'category', categories: ['A', 'B'] },
  ],
  steps: [{ step: 'impute', strategy: 'mean', features: ['pressure'] }],
  model: { inputs: { x: ['pressure', 'grade'] } },
  outputs: { x: { kind: 'vector', tensor: 'x_out' } },
};

/** A package of one input of two columns, with some data beside it. */
function packageWith(changes: object, csv = 'pressure,grade\n1,A\n,B\n3,A\n') {
  const { folder, models } = openPackage({ ...good, ...changes }, [{ name: 'x', type: 'FLOAT', dims: ['N', 2] }]);
  writeFileSync(join(models, 'data.csv'), csv);
  const files = () => readdirSync(join(folder.path('.'))).toSorted();
  return { cwd: models, files, run: (...args: string[]) => sluice(models, ...args, '--models', '.') };
}

describe('what is wrong is named by file, path, expected and got; exit code 2, nothing written', () => {
  test.each([
    [
      'an unknown key',
      'build',
      { feature: [] },
      /models\/echo\/1\/manifest\.json is wrong:\s+\/feature: expected "features" \(is that what was meant\?\), got "feature"/,
    ],
    [
      'an unknown option of a step',
      'build',
      { steps: [{ ...good.steps[0], strateg: 'mean' }] },
      /\/steps\/0\/strateg: expected "strategy"/,
    ],
    [
      'a step on a feature that is not there',
      'build',
      { steps: [{ step: 'log1p', features: ['presure'] }] },
      /\/steps\/0\/features\/0: expected .*"pressure".*, got "presure"/,
    ],
    [
      'a step on a feature of another type',
      'build',
      { steps: [{ step: 'log1p', features: ['grade'] }] },
      /\/steps\/0\/features\/0: expected a number column for the step log1p, got "grade", a category/,
    ],
    ['a step that nothing has learned for', 'build', {}, /\/steps\/0: expected what `sluice fit` learns/],
    [
      'another width than that of the model',
      'build',
      { steps: [], model: { inputs: { x: ['pressure'] } } },
      /\/model\/inputs\/x: expected 2 columns, as the model's input "x" has, got 1 \(pressure\)/,
    ],
    [
      'an expression that is none',
      'build',
      { steps: [], derive: { load: 'pressure * * 2' } },
      /\/derive\/load: expected .*got/,
    ],
  ])('%s', async (_, command, changes, message) => {
    const { run, files } = packageWith(changes);
    const before = files();
    const { code, out, err } = await run(command, 'echo');
    expect(err).toMatch(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(files()).toEqual(before);
  });

  test.each([
    ['a column without a value', 'pressure,grade\n,A\n,B\n', /\/steps\/0.*expected.*"?pressure/],
    ['a file without rows', 'pressure,grade\n', /nothing to learn from/],
    ['a file without the column', 'grade\nA\n', /nothing to learn from|pressure/],
  ])('a fit on %s', async (_, csv, message) => {
    const { run, files } = packageWith({}, csv);
    const before = files();
    const { code, err } = await run('fit', 'data.csv');
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(files()).toEqual(before);
  });

  test('a sealed version', async () => {
    const { run } = packageWith({ steps: [], features: [{ name: 'pressure', type: 'number' }, good.features[1]] });
    expect((await run('build')).code).toBe(0);
    for (const command of [['build'], ['fit', 'data.csv'], ['golden', 'add', 'data.csv']]) {
      const { code, err } = await run(...command);
      expect(err).toMatch(/is sealed: `sluice fork` begins the next version/);
      expect(code).toBe(2);
    }
  });
});

describe('a command that is typed wrongly says what there is', () => {
  test.each([
    [['build', 'ecko'], /There is no model "ecko".*Is echo meant\?/],
    [['build', 'echo', '--version', '7'], /echo has the versions 1, and no 7/],
    [['fit'], /Say one DATA file/],
    [['fit', 'nothing.csv'], /There is no file nothing\.csv/],
    [['golden', 'remove', 'data.csv'], /Say: sluice golden add EXAMPLES/],
    [['fti', 'data.csv'], /fit/],
  ])('sluice %j', async (args, message) => {
    const { run } = packageWith({});
    const { code, err } = await run(...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});

test('for machines every command prints JSON', async () => {
  const { run } = packageWith({});
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out);
  expect(await json('fit', 'data.csv')).toMatchObject({ data: { rows: 3 }, steps: [{ values: { fill: [2] } }] });
  expect(await json('golden', 'add', 'data.csv')).toEqual({ cases: 1 });
  expect(await json('explain')).toMatchObject([
    { input: 'x', position: 0, column: 'pressure', features: ['pressure'], steps: ['impute'] },
    { input: 'x', position: 1, column: 'grade', features: ['grade'], steps: [] },
  ]);
  expect(await json('build')).toMatchObject({ name: 'echo', version: 1, goldenRows: 3 });
  expect(await json('verify')).toMatchObject({ isGood: true });
  expect(await json('fork')).toEqual({ name: 'echo', version: 2, from: 1 });
});

test('a version whose files were changed after its seal fails, with exit code 1', async () => {
  const { run, cwd } = packageWith({});
  for (const command of [['fit', 'data.csv'], ['build']]) expect((await run(...command)).code).toBe(0);
  writeFileSync(join(cwd, 'echo/1/scoring.json'), '{}');
  const { code, out } = await run('verify');
  expect(out).toMatch(/FAILED {2}seal: .*scoring\.json is not the file that digests\.json names/);
  expect(code).toBe(1);
});
