import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildModel } from '../built-models.ts';
import { openPackage } from './package-fixture.ts';

const numbers = [
  { name: 'a', type: 'number', missing: 'keep' },
  { name: 'b', type: 'number' },
];
const input = [{ name: 'x', type: 'FLOAT', dims: ['N', 2] }] as const;
const manifest = (steps: object[], more: object = {}) => ({
  features: numbers,
  steps,
  model: { inputs: { x: ['a', 'b'] } },
  outputs: { x: { kind: 'vector', tensor: 'x_out' } },
  ...more,
});
const rows = 'a,b\n1,10\n,20\n3,30\n8,60\n';

test('a step learns from what the steps before it leave', async () => {
  const { learn } = openPackage(
    manifest([
      { step: 'impute', strategy: 'constant', fill: 0, features: ['a'] },
      { step: 'scale', method: 'standard', features: ['a', 'b'] },
    ]),
    input,
  );
  const fitted = await learn(rows);
  expect(fitted.data).toEqual({ rows: 4, refused: 0 });
  expect(fitted.steps[0]).toBeNull();
  const { mean, scale } = fitted.steps[1]!.values as { mean: number[]; scale: number[] };
  expect(mean).toEqual([3, 30]);
  expect(scale[0]).toBeCloseTo(Math.sqrt((4 + 9 + 0 + 25) / 4), 12);
});

test('steps that do not wait for each other learn in one pass over the data', async () => {
  const passes = new Set<string>();
  const { learn } = openPackage(
    manifest([
      { step: 'impute', strategy: 'mean', features: ['a'] },
      { step: 'scale', method: 'minmax', features: ['b'] },
      { step: 'scale', method: 'maxabs', features: ['a'] },
    ]),
    input,
  );
  const fitted = await learn(rows, ({ pass, steps }) => passes.add(`${pass}: ${steps.join()}`));
  expect([...passes]).toEqual(['1: impute,scale', '2: scale']);
  expect(fitted.steps.map((step) => step?.values)).toEqual([{ fill: [4] }, { min: [10], max: [60] }, { scale: [8] }]);
});

test('vocabularies that a manifest leaves open are learned, in the order of code points, and kept', async () => {
  const features = [...numbers, { name: 'kind', type: 'category', aliases: ['Kind'] }];
  const { learn, models } = openPackage({ ...manifest([]), features, model: { inputs: { x: ['a', 'kind'] } } }, input);
  const fitted = await learn('a,b,Kind\n1,1,zebra\n2,2,Ape\n3,3,\u{1f993}\n4,4,\uff5e\n5,5,Ape\n');
  expect(fitted.categories).toEqual({ kind: ['Ape', 'zebra', '\uff5e', '\u{1f993}'] });
  const report = await buildModel(models, 'echo');
  expect(report.digest).toMatch(/^sha256:/);
});

test('rows that do not fit the manifest are counted, and not learned from', async () => {
  const { learn } = openPackage(manifest([{ step: 'scale', method: 'maxabs', features: ['b'] }]), input);
  const fitted = await learn('a,b\n1,10\n2,wrong\n3,\n4,40\n');
  expect(fitted.data).toEqual({ rows: 2, refused: 2 });
  expect(fitted.steps[0]?.values).toEqual({ scale: [40] });
});

test('what was learned for other steps is not taken for these', async () => {
  const before = manifest([{ step: 'scale', method: 'maxabs', features: ['b'] }]);
  const { learn, models, write } = openPackage(before, input);
  await learn(rows.replace(',20', '2,20'));
  const after = manifest([{ step: 'scale', method: 'maxabs', features: ['a'] }]);
  write('manifest.json', JSON.stringify({ name: 'echo', version: 1, task: 'regression', ...after }));
  await expect(buildModel(models, 'echo')).rejects.toMatchObject({
    code: 'fit.missing',
    message: expect.stringMatching(/\/steps\/0.*sluice fit.*what was learned for other features or steps/),
  });
});

describe('what cannot be learned is said, and nothing is written', () => {
  test.each([
    ['a column without a value', 'a,b\n,1\n,2\n', /\/steps\/0.*a/],
    ['no row at all', 'a,b\n', /nothing to learn from/],
    ['no row that fits', 'a,b\n1,x\n', /1 rows were read and none fits/],
    ['a column that is not there', 'a,c\n1,2\n', /a column "b"/],
  ])('%s', async (_, csv, message) => {
    const { learn, folder } = openPackage(manifest([{ step: 'impute', strategy: 'mean', features: ['a'] }]), input);
    await expect(learn(csv)).rejects.toThrow(message);
    expect(existsSync(folder.path('fitted.json'))).toBe(false);
  });
});
