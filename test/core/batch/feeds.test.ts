import { expect, test } from 'vitest';
import { feedsOf } from '../../../src/core/batch/feeds.ts';
import { jsonRowReader, readJsonRows } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import type { TensorInfo } from '../../../src/core/tensor.ts';
import { exampleManifest, goodRecord } from '../example-manifest.ts';

const inputs: TensorInfo[] = [
  { name: 'numbers', type: 'float64', shape: ['N', 4] },
  { name: 'categories', type: 'int32', shape: ['N', 1] },
  { name: 'texts', type: 'string', shape: ['N', 1] },
];

function road(changes: object = {}, takesOneRow = false) {
  const layout = layoutOf(exampleManifest(changes), new Map());
  const toFeeds = feedsOf(layout, inputs, takesOneRow);
  if (Array.isArray(toFeeds)) throw new Error(JSON.stringify(toFeeds));
  return {
    toFeeds,
    batchOf: (records: readonly object[]) => readJsonRows(layout, jsonRowReader(layout), records).batch,
  };
}

function feed(records: readonly object[], changes: object = {}, takesOneRow = false) {
  const { toFeeds, batchOf } = road(changes, takesOneRow);
  const batch = batchOf(records);
  return { batch, ...toFeeds([{ batch, from: 0, to: batch.length }]) };
}

test('rows become the three banks, each in the order of the names of its features', () => {
  const { feeds, fedRows } = feed([goodRecord, { ...goodRecord, pressure: 9, open: false, grade: 'C', note: 'old' }]);
  const time = Date.parse(goodRecord.since);
  expect(fedRows).toBe(2);
  const numbers = Float64Array.of(1, 4.5, time, 17, 0, 9, time, 17);
  expect(feeds.numbers).toEqual({ type: 'float64', dims: [2, 4], data: numbers });
  expect(feeds.categories).toEqual({ type: 'int32', dims: [2, 1], data: Int32Array.of(1, 2) });
  expect(feeds.texts).toEqual({ type: 'string', dims: [2, 1], data: ['new seal', 'old'] });
});

test('rows of one batch are fed as they lie, without a copy', () => {
  const { batch, feeds } = feed([goodRecord, goodRecord, goodRecord]);
  expect((feeds.numbers!.data as Float64Array).buffer).toBe(batch.numbers.buffer);
});

test('a lone row is doubled, so that a score does not depend on its neighbours', () => {
  const { feeds, fedRows } = feed([goodRecord]);
  const time = Date.parse(goodRecord.since);
  expect(fedRows).toBe(2);
  expect(feeds.numbers?.data).toEqual(Float64Array.of(1, 4.5, time, 17, 1, 4.5, time, 17));
  expect(feeds.categories?.data).toEqual(Int32Array.of(1, 1));
  expect(feeds.texts?.data).toEqual(['new seal', 'new seal']);
});

test('a model that takes one row at a time gets one', () => {
  const { feeds, fedRows } = feed([goodRecord], {}, true);
  expect(fedRows).toBe(1);
  expect(feeds.numbers?.dims).toEqual([1, 4]);
});

test('what is missing is NaN, -1 and the text that the feature imputes; an unknown category that is kept is -2', () => {
  const features = exampleManifest().features.map((feature) =>
    feature.name === 'grade'
      ? { ...feature, missing: 'keep', unknown: 'keep' }
      : feature.name === 'note'
        ? { ...feature, missing: { impute: 'none' } }
        : feature,
  );
  const { starts: _s, note: _n, grade: _g, ...rest } = goodRecord;
  const { feeds } = feed([rest, { ...goodRecord, grade: 'Z' }], { features });
  expect(feeds.numbers?.data[3]).toBeNaN();
  expect(feeds.categories?.data).toEqual(Int32Array.of(-1, -2));
  expect(feeds.texts?.data).toEqual(['none', 'new seal']);
});

test('stretches of several batches share one tensor', () => {
  const { toFeeds, batchOf } = road();
  const withPressures = (...pressures: number[]) => batchOf(pressures.map((pressure) => ({ ...goodRecord, pressure })));
  const { feeds } = toFeeds([
    { batch: withPressures(1, 2, 3), from: 1, to: 3 },
    { batch: withPressures(4), from: 0, to: 1 },
  ]);
  expect([1, 5, 9].map((at) => feeds.numbers?.data[at])).toEqual([2, 3, 4]);
  expect(feeds.texts?.data).toHaveLength(3);
});

test('a graph with an input that rows cannot feed is refused', () => {
  const layout = layoutOf(exampleManifest(), new Map());
  const faults = feedsOf(layout, [{ name: 'features', type: 'float32', shape: ['N', 6] }], false);
  expect(faults).toMatchObject([
    { code: 'model.mismatch', path: '/model/inputs/features', got: 'float32 features[N,6]' },
  ]);
});
