import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { inputDigestOf } from '../../../src/core/batch/input-digest.ts';
import { jsonRowReader, readJsonRows } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import { exampleManifest, goodRecord } from '../example-manifest.ts';

const inputTypes = new Map<string, TensorType>([['numbers', 'float32']]);

function digest(record: object, changes: object = {}): string {
  const layout = layoutOf(exampleManifest(changes), inputTypes);
  const { batch } = readJsonRows(layout, jsonRowReader(layout), [{ ...goodRecord, pressure: 99 }, record]);
  return inputDigestOf(layout)(batch, 1);
}

test('the digest is computed as its description says', () => {
  const contract = createHash('sha256')
    .update('category grade\ntext note\nboolean open\nnumber pressure\ntimestamp since\ninteger starts\n')
    .digest();
  const numbers = Buffer.from(Float64Array.of(1, 4.5, Date.parse(goodRecord.since), 17).buffer);
  const text = (value: string) => Buffer.concat([Uint8Array.of(value.length, 0, 0, 0), Buffer.from(value)]);
  const bytes = Buffer.concat([contract, numbers, text('B'), text('new seal')]);
  expect(digest(goodRecord)).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
});

test('it is of the features alone: other fields, their order and the key change nothing', () => {
  const reversed = Object.fromEntries(Object.entries(goodRecord).reverse());
  expect(digest({ ...reversed, pumpId: 'other', humidity: 3 })).toBe(digest(goodRecord));
});

test('each feature counts, and a missing value is not the one imputed for it', () => {
  const { starts: _, ...withoutStarts } = goodRecord;
  const { note: __, ...withoutNote } = goodRecord;
  const others = [
    { ...goodRecord, pressure: 4.500000000000001 },
    { ...goodRecord, starts: 0 },
    withoutStarts,
    { ...goodRecord, grade: 'A' },
    { ...goodRecord, note: 'new seals' },
    withoutNote,
  ];
  expect(new Set([goodRecord, ...others].map((record) => digest(record))).size).toBe(others.length + 1);
});

test('order of features, bounds and vocabulary of a version do not matter, names and types do', () => {
  const features = exampleManifest().features;
  expect(digest(goodRecord, { features: [...features].reverse() })).toBe(digest(goodRecord));
  const wider = features.map((feature) =>
    feature.type === 'category' ? { ...feature, categories: ['Z', ...(feature.categories ?? [])] } : feature,
  );
  expect(digest(goodRecord, { features: wider })).toBe(digest(goodRecord));
  const retyped = features.map((feature) => (feature.name === 'starts' ? { name: 'starts', type: 'number' } : feature));
  expect(digest(goodRecord, { features: retyped })).not.toBe(digest(goodRecord));
});

test('a text longer than the scratch space is digested whole', () => {
  const long = 'x'.repeat(30_000);
  expect(digest({ ...goodRecord, note: `${long}a` })).not.toBe(digest({ ...goodRecord, note: `${long}b` }));
});
