import { expect, test } from 'vitest';
import { checkDocument } from '../../../src/core/schema-faults.ts';
import { stepKinds, stepSchema } from '../../../src/core/steps/step-kinds.ts';

const check = (step: object) => checkDocument(stepSchema, step, 'manifest.invalid');

const features = ['a'];

test.each([
  [{ step: 'scal', features }, '/step', expect.stringContaining('"scale"'), '"scal"'],
  [{ features }, '/step', expect.stringContaining('"scale"'), 'undefined'],
  [
    { step: 'scale', features, method: 'standart' },
    '/method',
    '"standard" or "minmax" or "maxabs" or "robust"',
    '"standart"',
  ],
  [{ step: 'scale', features, method: 'minmax', rnge: [0, 1] }, '/rnge', '"range" (is that what was meant?)', '"rnge"'],
  [
    { step: 'scale', features, method: 'standard', range: [0, 1] },
    '/range',
    expect.not.stringContaining('range'),
    '"range"',
  ],
  [{ step: 'scale', features: [], method: 'standard' }, '/features', 'a length of at least 1', '[]'],
  [{ step: 'impute', features, strategy: 'mean', fill: 3 }, '/fill', expect.not.stringContaining('fill'), '"fill"'],
  [{ step: 'impute', features, strategy: 'constant', fill: true }, '/fill', 'a number, or a string', 'true'],
  [{ step: 'clip', features, method: 'iqr', k: 0 }, '/k', 'more than 0', '0'],
  [{ step: 'clip', features, method: 'iqr', values: { min: [1] } }, '/values/max', 'an array', 'undefined'],
  [{ step: 'power', features, method: 'boxcox' }, '/method', '"yeo-johnson" or "box-cox"', '"boxcox"'],
])('%j: the message names the place and what may stand there', (step, path, expected, got) => {
  expect(check(step)).toEqual([{ code: 'manifest.invalid', path, expected, got }]);
});

test('defaults are those of scikit-learn', () => {
  expect(check({ step: 'scale', features, method: 'robust' })).toMatchObject({
    quantileRange: [25, 75],
    centering: true,
    scaling: true,
  });
  expect(check({ step: 'power', features, method: 'yeo-johnson' })).toMatchObject({ standardize: true });
  expect(check({ step: 'scale', features, method: 'minmax' })).toMatchObject({ range: [0, 1], clip: false });
});

test.each(Object.keys(stepKinds))('%s is a step that a manifest may have', (step) => {
  const faults = check({ step, features });
  expect(Array.isArray(faults) ? faults : []).not.toContainEqual(expect.objectContaining({ path: '/step' }));
});

test.each([
  [{ step: 'clip', features, method: 'bounds' }, ''],
  [{ step: 'clip', features, method: 'bounds', min: 2, max: 1 }, '/min'],
  [{ step: 'clip', features, method: 'quantiles', quantiles: [0.5, 0.5] }, '/quantiles'],
  [{ step: 'outliers', features, method: 'bounds', action: 'flag' }, ''],
  [{ step: 'scale', features, method: 'minmax', range: [1, 1] }, '/range'],
  [{ step: 'scale', features, method: 'robust', quantileRange: [75, 25] }, '/quantileRange'],
] as const)('%j: numbers that do not go together are a fault', (step, path) => {
  const kind = stepKinds[step.step] as { check(spec: unknown): unknown };
  expect(kind.check(check(step))).toMatchObject([{ code: 'manifest.invalid', path }]);
});
