import { describe, expect, test } from 'vitest';
import { feedsOf } from '../../../src/core/batch/feeds.ts';
import { jsonRowReader, readJsonRows } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import type { TensorInfo } from '../../../src/core/tensor.ts';
import { exampleManifest, goodRecord } from '../example-manifest.ts';

const inputs: TensorInfo[] = [
  { name: 'numbers', type: 'float32', shape: ['N', 4] },
  { name: 'texts', type: 'string', shape: ['N', 1] },
  { name: 'since', type: 'int64', shape: ['N'] },
];

function feed(records: readonly object[], infos = inputs, changes: object = {}) {
  const manifest = exampleManifest(changes);
  const layout = layoutOf(manifest, new Map(infos.map(({ name, type }) => [name, type])));
  const toFeeds = feedsOf(manifest, layout, infos);
  if (Array.isArray(toFeeds)) throw new Error(JSON.stringify(toFeeds));
  const { batch } = readJsonRows(layout, jsonRowReader(layout), records);
  return toFeeds([{ batch, from: 0, to: batch.length }]);
}

test('rows become tensors in the order that the manifest gives the inputs', () => {
  const { feeds, fedRows } = feed([goodRecord, { ...goodRecord, pressure: 9, open: false, grade: 'C', note: 'old' }]);
  const time = BigInt(Date.parse(goodRecord.since));
  expect(fedRows).toBe(2);
  expect(feeds.numbers).toEqual({ type: 'float32', dims: [2, 4], data: Float32Array.of(4.5, 17, 1, 1, 9, 17, 0, 2) });
  expect(feeds.texts).toEqual({ type: 'string', dims: [2, 1], data: ['new seal', 'old'] });
  expect(feeds.since).toEqual({ type: 'int64', dims: [2], data: BigInt64Array.of(time, time) });
});

test('a lone row is doubled, so that a score does not depend on its neighbours', () => {
  const { feeds, fedRows } = feed([goodRecord]);
  expect(fedRows).toBe(2);
  expect(feeds.numbers?.data).toEqual(Float32Array.of(4.5, 17, 1, 1, 4.5, 17, 1, 1));
  expect(feeds.texts?.data).toEqual(['new seal', 'new seal']);
});

test('imputed values enter here, missing texts are empty', () => {
  const { starts: _s, note: _n, ...rest } = goodRecord;
  const { feeds } = feed([rest, rest]);
  expect(feeds.numbers?.data.slice(0, 4)).toEqual(Float32Array.of(4.5, 0, 1, 1));
  expect(feeds.texts?.data).toEqual(['', '']);
});

test('a category feeds its text to an input of strings', () => {
  const infos: TensorInfo[] = [{ name: 'words', type: 'string', shape: [-1, 2] }];
  const { feeds } = feed([goodRecord, goodRecord], infos, { model: { inputs: { words: ['grade', 'note'] } } });
  expect(feeds.words?.data).toEqual(['B', 'new seal', 'B', 'new seal']);
});

test('stretches of several batches share one tensor', () => {
  const manifest = exampleManifest();
  const layout = layoutOf(manifest, new Map(inputs.map(({ name, type }) => [name, type])));
  const toFeeds = feedsOf(manifest, layout, inputs);
  const batchOf = (...pressures: number[]) =>
    readJsonRows(
      layout,
      jsonRowReader(layout),
      pressures.map((pressure) => ({ ...goodRecord, pressure })),
    ).batch;
  if (Array.isArray(toFeeds)) throw new Error('faults');
  const { feeds } = toFeeds([
    { batch: batchOf(1, 2, 3), from: 1, to: 3 },
    { batch: batchOf(4), from: 0, to: 1 },
  ]);
  expect([0, 4, 8].map((at) => feeds.numbers?.data[at])).toEqual([2, 3, 4]);
});

describe('a manifest that does not fit the model is refused when it is loaded', () => {
  const faultsOf = (infos: TensorInfo[], changes: object = {}) => {
    const manifest = exampleManifest(changes);
    const layout = layoutOf(manifest, new Map(infos.map(({ name, type }) => [name, type])));
    const faults = feedsOf(manifest, layout, infos);
    return Array.isArray(faults) ? faults.map(({ path, expected }) => `${path}: ${expected}`) : [];
  };
  const [numbers, texts, since] = inputs as [TensorInfo, TensorInfo, TensorInfo];

  test('an input that the model does not have, and one that nothing feeds', () => {
    expect(faultsOf([{ ...numbers, name: 'number' }, texts, since])).toEqual([
      '/model/inputs/numbers: an input of the model ("number")',
      `/model/inputs/number: the features that feed the model's input "number"`,
    ]);
  });

  test('another width', () => {
    expect(faultsOf([{ ...numbers, shape: ['N', 5] }, texts, since])).toEqual([
      `/model/inputs/numbers: 5 features, as the model's input "numbers" has`,
    ]);
  });

  test('more dimensions than rows and features', () => {
    expect(faultsOf([{ ...numbers, shape: ['N', 3, 224, 224] }, texts, since])).toHaveLength(1);
  });

  test('a text for numbers, a fraction for integers', () => {
    expect(faultsOf([{ ...numbers, type: 'int64' }, { ...texts, type: 'float32' }, since])).toEqual([
      '/model/inputs/numbers/0: a feature that fits int64 (number feeds float32, float64)',
      '/model/inputs/texts/0: a feature that fits float32 (text feeds string)',
    ]);
  });

  test('NaN where there is none', () => {
    const features = exampleManifest().features.map((feature) =>
      feature.name === 'since' ? { ...feature, missing: 'keep' } : feature,
    );
    expect(faultsOf(inputs, { features })).toEqual([
      '/model/inputs/since/0: "missing": "reject" or { "impute": ... }, as int64 has no NaN',
    ]);
  });
});
