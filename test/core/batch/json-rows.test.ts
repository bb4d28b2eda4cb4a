import { describe, expect, test } from 'vitest';
import { jsonRowReader, readJsonRows } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import { exampleManifest, goodRecord } from '../example-manifest.ts';

const inputTypes = new Map<string, TensorType>([
  ['numbers', 'float32'],
  ['texts', 'string'],
  ['since', 'float64'],
]);

function read(records: readonly unknown[], changes: object = {}) {
  const layout = layoutOf(exampleManifest(changes), inputTypes);
  return readJsonRows(layout, jsonRowReader(layout), records);
}

const codesOf = (record: unknown, changes: object = {}) =>
  (read([record], changes).faults.get(0) ?? []).map(({ code, path }) => `${code} ${path}`);

test('a good record fills its row: numbers by name, categories by vocabulary, texts as they are', () => {
  const { batch, faults } = read([goodRecord]);
  expect(faults.size).toBe(0);
  expect(batch.length).toBe(1);
  // Columns of a bank are in the order of the names: open, pressure, since, starts.
  expect([...batch.numbers.slice(0, 4)]).toEqual([1, 4.5, Date.parse(goodRecord.since), 17]);
  expect(batch.categories[0]).toBe(1);
  expect(batch.texts[0]).toBe('new seal');
  expect(batch.keys[0]).toBe('pump-7');
});

test('aliases find the value, also for the key', () => {
  const { pressure, pumpId, ...rest } = goodRecord;
  const { batch, faults } = read([{ ...rest, 'Pressure [bar]': pressure, pump: pumpId }]);
  expect(faults.size).toBe(0);
  expect(batch.numbers[1]).toBe(4.5);
  expect(batch.keys[0]).toBe('pump-7');
});

describe('an alias that begins with a slash is a place inside of the record', () => {
  const features = exampleManifest().features.map((feature) =>
    feature.name === 'pressure' ? { ...feature, aliases: ['/sensors/0/bar', '/a~1b', '/constructor'] } : feature,
  );
  const { pressure: _, ...rest } = goodRecord;
  test.each([
    [{ sensors: [{ bar: 4.5 }] }, 4.5],
    [{ 'a/b': 3.5 }, 3.5],
    [{ sensors: [{ bar: 4.5 }], pressure: 2 }, 2],
  ])('%j', (more, value) => {
    const { batch, faults } = read([{ ...rest, ...more }], { features });
    expect([...faults]).toEqual([]);
    expect(batch.numbers[1]).toBe(value);
  });
  test.each([{}, { sensors: [] }, { sensors: 'x' }, { sensors: null }])('%j has nothing there', (more) => {
    expect(codesOf({ ...rest, ...more }, { features })).toEqual(['feature.missing /pressure']);
  });
});

describe('a value that does not fit never becomes 0 or NaN', () => {
  const refused: [feature: string, value: unknown, code: string][] = [
    ['pressure', null, 'feature.missing'],
    ['pressure', undefined, 'feature.missing'],
    ['pressure', '', 'feature.missing'],
    ['pressure', [], 'feature.wrong_type'],
    ['pressure', [4], 'feature.wrong_type'],
    ['pressure', {}, 'feature.wrong_type'],
    ['pressure', true, 'feature.wrong_type'],
    ['pressure', '4.5', 'feature.wrong_type'],
    ['pressure', '0x10', 'feature.wrong_type'],
    ['pressure', 'NaN', 'feature.wrong_type'],
    ['pressure', 1e39, 'number.overflow'],
    ['pressure', JSON.parse('1e400'), 'number.overflow'],
    ['pressure', Number.NaN, 'number.overflow'],
    ['pressure', -0.1, 'feature.out_of_range'],
    ['pressure', 100.5, 'feature.out_of_range'],
    ['starts', 1.5, 'number.not_integer'],
    ['starts', 2 ** 53, 'number.not_integer'],
    ['starts', '3', 'feature.wrong_type'],
    ['open', 2, 'feature.wrong_type'],
    ['open', 'true', 'feature.wrong_type'],
    ['open', null, 'feature.missing'],
    ['grade', 'D', 'feature.unknown_category'],
    ['grade', 'a', 'feature.unknown_category'],
    ['grade', ['A'], 'feature.wrong_type'],
    ['grade', 1, 'feature.unknown_category'],
    ['grade', '', 'feature.missing'],
    ['note', 7, 'feature.wrong_type'],
    ['note', 'x'.repeat(40_000), 'feature.too_long'],
    ['since', 'yesterday', 'timestamp.malformed'],
    ['since', '2026-02-30T00:00:00Z', 'timestamp.malformed'],
    ['since', true, 'feature.wrong_type'],
  ];
  test.each(refused)('%s: %j -> %s', (feature, value, code) => {
    expect(codesOf({ ...goodRecord, [feature]: value })).toEqual([`${code} /${feature}`]);
  });
});

describe('the policy for missing values', () => {
  test('keep hands NaN on, -1 for a category, nothing for a text', () => {
    const keep = ['pressure', 'grade', 'note'].map((name) => ({ name, missing: 'keep' }));
    const features = exampleManifest().features.map((feature) => ({
      ...feature,
      ...keep.find(({ name }) => name === feature.name),
    }));
    const { pressure: _p, grade: _g, note: _n, ...rest } = goodRecord;
    const { batch, faults } = read([{ ...rest, pressure: null }], { features });
    expect(faults.size).toBe(0);
    expect(batch.numbers[1]).toBeNaN();
    expect(batch.categories[0]).toBe(-1);
    expect(batch.texts[0]).toBeUndefined();
  });

  test('a missing value of an imputed feature is no fault', () => {
    const { starts: _, ...rest } = goodRecord;
    expect(codesOf(rest)).toEqual([]);
  });
});

test('every fault of a record is listed, and the record takes no row', () => {
  const bad = { ...goodRecord, pressure: 'high', grade: 'Z', open: null };
  const { batch, faults } = read([goodRecord, bad, { ...goodRecord, pressure: 5 }]);
  expect(faults.get(1)?.map(({ path }) => path)).toEqual(['/pressure', '/open', '/grade']);
  expect(batch.length).toBe(2);
  expect([batch.numbers[1], batch.numbers[5]]).toEqual([4.5, 5]);
});

test.each([[null], [5], ['text'], [[]], [[1, 2]], [true]])('%j is no record', (record) => {
  expect(codesOf(record)).toEqual(['record.not_an_object ']);
});

test('names of Object.prototype are names like any other, and inherited values are none', () => {
  const features = [{ name: 'constructor', type: 'number', aliases: ['__proto__', 'toString'] }];
  const changes = { features, model: { inputs: { numbers: ['constructor'] } }, key: undefined };
  expect(codesOf({}, changes)).toEqual(['feature.missing /constructor']);
  expect(codesOf(JSON.parse('{"constructor": 3}'), changes)).toEqual([]);
  expect(codesOf(JSON.parse('{"__proto__": 3}'), changes)).toEqual([]);
  expect(codesOf(JSON.parse('{"__proto__": {"pressure": 1}}'))).toContain('feature.missing /pressure');
  expect(({} as { pressure?: number }).pressure).toBeUndefined();
});

test('a key is a short text or a number', () => {
  expect(read([{ ...goodRecord, pumpId: 12 }]).batch.keys[0]).toBe('12');
  expect(read([{ ...goodRecord, pumpId: null }]).batch.keys[0]).toBeUndefined();
  expect(codesOf({ ...goodRecord, pumpId: { a: 1 } })).toEqual(['key.malformed /pumpId']);
  expect(codesOf({ ...goodRecord, pumpId: 'x'.repeat(257) })).toEqual(['key.malformed /pumpId']);
});

test('a batch grows beyond the rows that were expected', () => {
  const layout = layoutOf(exampleManifest(), inputTypes);
  const append = jsonRowReader(layout);
  const { batch } = readJsonRows(layout, append, [goodRecord]);
  for (let i = 0; i < 100; i++) expect(append(batch, { ...goodRecord, pressure: i })).toBeUndefined();
  expect(batch.length).toBe(101);
  expect(batch.numbers[0 * 4 + 1]).toBe(4.5);
  expect(batch.numbers[100 * 4 + 1]).toBe(99);
});

test('a wrong value in a message is cut, and JSON', () => {
  const [fault] = read([{ ...goodRecord, grade: `${'x'.repeat(500)}\n` }]).faults.get(0) ?? [];
  expect(fault?.got.length).toBeLessThan(120);
  expect(fault?.got).not.toContain('\n');
  expect(fault?.expected).toBe('one of "A", "B", "C"');
});
