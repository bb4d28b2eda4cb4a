import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonBytesReader } from '../../../src/core/batch/json-bytes.ts';
import { jsonRowReader, readJsonRows } from '../../../src/core/batch/json-rows.ts';
import { layoutOf } from '../../../src/core/batch/layout.ts';
import { RecordBatch } from '../../../src/core/batch/record-batch.ts';
import { parseJson } from '../../../src/core/formats/json-text.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import { exampleManifest, goodRecord } from '../example-manifest.ts';

const layout = layoutOf(
  exampleManifest(),
  new Map<string, TensorType>([
    ['numbers', 'float32'],
    ['texts', 'string'],
    ['since', 'float64'],
  ]),
);
const long = jsonRowReader(layout);

/**
 * What the short way makes of a text; undefined when it declines. It is the same whatever was read before: nothing, records
 * of the usual shape, or the same text.
 */
function short(text: string | Uint8Array): RecordBatch | undefined {
  const bytes = Buffer.from(text as string);
  const [fresh, ...others] = [undefined, Buffer.from(textOf()), bytes].map((before) => {
    const reader = jsonBytesReader(layout);
    if (before !== undefined) reader.appendRecords(new RecordBatch(layout), before);
    const batch = new RecordBatch(layout);
    return reader.appendRecords(batch, bytes) ? batch : undefined;
  });
  for (const other of others) expect(other && contentOf(other), String(text)).toEqual(fresh && contentOf(fresh));
  return fresh;
}

/** All that a batch holds of its rows. */
const contentOf = (batch: RecordBatch) => ({
  length: batch.length,
  numbers: [...batch.numbers.subarray(0, batch.length * layout.numberCount)],
  categories: [...batch.categories.subarray(0, batch.length * layout.categoryCount)],
  texts: Array.from({ length: batch.length * layout.textCount }, (_, i) => batch.texts[i]),
  keys: Array.from({ length: batch.length }, (_, i) => batch.keys[i]),
});

/** What the long way makes of it; undefined when something is wrong with it. */
function longWay(text: string): ReturnType<typeof contentOf> | undefined {
  const json = parseJson(Buffer.from(text));
  if ('fault' in json) return undefined;
  const { batch, faults } = readJsonRows(layout, long, Array.isArray(json.value) ? json.value : [json.value]);
  return faults.size === 0 && batch.length > 0 ? contentOf(batch) : undefined;
}

/** The short way must agree with the long one wherever it does not decline. */
function agrees(text: string): 'taken' | 'declined' {
  const batch = short(text);
  if (batch === undefined) return 'declined';
  expect(contentOf(batch), text).toEqual(longWay(text));
  return 'taken';
}

const textOf = (changes: object = {}) => JSON.stringify({ ...goodRecord, ...changes });

describe('the common case is taken', () => {
  test.each([
    textOf(),
    `[${textOf()},${textOf({ pressure: 5 })}]`,
    ` [ ${textOf()} , ${textOf()} ] `,
    JSON.stringify(goodRecord, null, 2),
    textOf({ humidity: 3, more: 'x', other: null, on: true, off: false }),
    textOf({ pressure: 0, starts: -0 }),
    textOf({ starts: null, note: null }),
    JSON.stringify({ ...goodRecord, starts: undefined, note: undefined, pumpId: undefined }),
    textOf().replace('4.5', '4.5e0'),
    textOf().replace('4.5', '0.123456789012345678'),
    textOf().replace('"pressure"', '"p"').replace('"pumpId"', '"pump"'),
  ])('%s', (text) => {
    expect(agrees(text)).toBe('taken');
  });
});

describe('what is unusual or wrong is declined', () => {
  test.each([
    '',
    '{}',
    '[]',
    'null',
    '7',
    `${textOf()}x`,
    `${textOf()},`,
    `[${textOf()}`,
    `[${textOf()},]`,
    textOf().replace('}', ',}'),
    textOf().replace('4.5', '04.5'),
    textOf().replace('4.5', '+4.5'),
    textOf().replace('4.5', '4.'),
    textOf().replace('4.5', '.5'),
    textOf().replace('4.5', '4.5e'),
    textOf().replace('4.5', '1e400'),
    textOf().replace('4.5', 'NaN'),
    textOf().replace('4.5', '4_5'),
    textOf().replace('true', 'tru'),
    textOf({ pressure: '4.5' }),
    textOf({ pressure: [4.5] }),
    textOf({ pressure: null }),
    textOf({ pressure: 101 }),
    textOf({ starts: 1.5 }),
    textOf({ grade: 'Z' }),
    textOf({ note: 'ü' }),
    textOf({ note: 'a"b' }),
    textOf({ nested: { a: 1 } }),
    textOf({ list: [1] }),
    textOf({ pumpId: 7 }),
    textOf({ ['x'.repeat(300)]: 1 }),
    textOf().replace('{', '{"pressure":1,'),
    textOf().replace('{', '{"p":1,'),
    JSON.stringify({ ...goodRecord, pressure: undefined }),
    `\ufeff${textOf()}`,
  ])('%s', (text) => {
    expect(short(text)).toBeUndefined();
  });

  test('bytes that are not UTF-8', () => {
    const bytes = Buffer.from(textOf({ note: 'aXb' }));
    bytes[bytes.indexOf('X')] = 0xff;
    expect(short(bytes)).toBeUndefined();
  });
});

test('a declined record leaves no trace in a batch', () => {
  const reader = jsonBytesReader(layout);
  const batch = new RecordBatch(layout);
  const texts = [textOf({ pressure: 1 }), textOf({ pressure: 101, note: 'gone' }), textOf({ pressure: 2 })];
  expect(texts.map((text) => reader.appendRecord(batch, Buffer.from(text)))).toEqual([true, false, true]);
  expect(contentOf(batch)).toEqual(longWay(`[${texts[0]},${texts[2]}]`));
});

test('the key of a declined record is not that of the next one, which has none', () => {
  const reader = jsonBytesReader(layout);
  const batch = new RecordBatch(layout);
  const keyless = textOf({ pumpId: undefined });
  const texts = [
    keyless,
    textOf({ pressure: 101 }).replace('{', '{"pumpId":"gone",').replace(',"pumpId":"pump-7"', ''),
    keyless,
  ];
  expect(texts.map((text) => reader.appendRecord(batch, Buffer.from(text)))).toEqual([true, false, true]);
  expect(contentOf(batch).keys).toEqual([undefined, undefined]);
});

test('records of many shapes: each is read as it is, and so is the next one that is like an earlier one', () => {
  const shapes = [
    {},
    { note: undefined },
    { extra: 1 },
    { starts: null },
    { pumpId: undefined },
    { starts: undefined, note: undefined, more: 'x' },
  ];
  const texts = Array.from({ length: 3_000 }, (_, i) => {
    // Stretches of one shape, then shapes in turn.
    const shape = shapes[i < 1_500 ? Math.floor(i / 100) % shapes.length : i % shapes.length];
    return JSON.stringify({ ...goodRecord, pressure: i / 100, ...shape }, null, i % 1_000 < 500 ? 0 : 1);
  });
  const reader = jsonBytesReader(layout);
  const batch = new RecordBatch(layout);
  for (const text of texts) expect(reader.appendRecord(batch, Buffer.from(text))).toBe(true);
  expect(contentOf(batch)).toEqual(longWay(`[${texts.join()}]`));
});

test('records with other fields or another order in turn', () => {
  const reader = jsonBytesReader(layout);
  const reversed = JSON.stringify(Object.fromEntries(Object.entries(goodRecord).reverse()));
  const batch = new RecordBatch(layout);
  for (const text of [textOf(), reversed, textOf({ extra: 1 }), reversed]) {
    expect(reader.appendRecord(batch, Buffer.from(text))).toBe(true);
  }
  expect(contentOf(batch)).toEqual(longWay(`[${[textOf(), reversed, textOf({ extra: 1 }), reversed].join()}]`));
});

const odd = fc.oneof(
  fc.double({ noNaN: true, min: -10, max: 110 }),
  fc.constantFrom<unknown>(null, true, 3, '', 'A', 'x', 'é', '2026-11-21', [], {}),
);
/** Mostly a value that fits. */
const mostly = (good: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: good, weight: 12 }, { arbitrary: odd, weight: 1 });
const record = fc.record(
  {
    pressure: mostly(fc.double({ noNaN: true, min: 0, max: 100 })),
    starts: mostly(fc.integer()),
    open: mostly(fc.constantFrom(true, false)),
    grade: mostly(fc.constantFrom('A', 'B', 'C')),
    note: mostly(fc.string()),
    since: mostly(fc.constant('2026-11-21T00:00:00Z')),
    pumpId: mostly(fc.string({ maxLength: 5 })),
    extra: odd,
  },
  { requiredKeys: ['pressure', 'open', 'grade', 'since'] },
);

test('on random records the short way agrees with the long one', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 1), (records, indent) => {
      if (agrees(JSON.stringify(records, null, indent)) === 'taken') taken++;
    }),
    { numRuns: 3_000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test('on good records with one character changed it agrees too', () => {
  const characters = fc.constantFrom(...'{}[]:,"\\-+.eE0123456789truefalsn \n\u0001x');
  let taken = 0;
  fc.assert(
    fc.property(fc.nat(), characters, fc.boolean(), (n, character, isInserted) => {
      const text = textOf();
      const at = n % text.length;
      if (agrees(`${text.slice(0, at)}${character}${text.slice(isInserted ? at : at + 1)}`) === 'taken') taken++;
    }),
    { numRuns: 5_000 },
  );
  expect(taken).toBeGreaterThan(50);
});

test.each([
  ['a key that is a feature too', { key: { name: 'pressure' } }, []],
  ['a pointer that means a field', {}, ['/bar']],
])('%s is for the long way, also where every feature may be missing', (_, changes, aliases) => {
  const features = [{ name: 'pressure', type: 'number', missing: 'keep', aliases }];
  const keeping = layoutOf(
    exampleManifest({ ...changes, features, model: { inputs: { x: ['pressure'] } } }),
    new Map(),
  );
  const batch = new RecordBatch(keeping);
  expect(jsonBytesReader(keeping).appendRecord(batch, Buffer.from('{"pressure": 4.5}'))).toBe(false);
});
