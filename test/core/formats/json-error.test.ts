import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonErrorPosition } from '../../../src/core/formats/json-error.ts';
import { parseJson } from '../../../src/core/formats/json-text.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ['', 0],
  ['{', 1],
  ['[1,]', 3],
  ['{"a" 1}', 5],
  ['{"a":NaN}', 5],
  ['{"a":1,}', 7],
  ['{a:1}', 1],
  ['[1 2]', 3],
  ['tru', 3],
  ['nul1', 3],
  ['01', 1],
  ['-', 1],
  ['1.', 2],
  ['1e', 2],
  ['"\\x"', 2],
  ['"\\u12g4"', 5],
  ['"a\nb"', 2],
  ['"open', 5],
  ['[1]]', 3],
  ['{"a":1}}', 7],
  ['[}', 1],
  [' {} x', 4],
])('%j goes wrong at %i', (text, position) => {
  expect(isJson(text)).toBe(false);
  expect(jsonErrorPosition(text)).toBe(position);
});

test('it finds nothing wrong in JSON, and something in a cut of it', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, n) => {
      expect(jsonErrorPosition(text)).toBe(text.length);
      const cut = text.slice(0, n % text.length);
      if (!isJson(cut)) expect(jsonErrorPosition(cut)).toBeLessThanOrEqual(cut.length);
    }),
  );
});

test('it agrees with the parser on texts with one character changed', () => {
  const characters = fc.constantFrom(...'{}[]:,"\\-+.eE0123456789truefalsn \n\u0001x');
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.nat(), characters, (text, n, character) => {
      const at = n % text.length;
      const changed = `${text.slice(0, at)}${character}${text.slice(at + 1)}`;
      const position = jsonErrorPosition(changed);
      if (isJson(changed)) expect(position).toBe(changed.length);
      else expect(position).toBeGreaterThanOrEqual(0);
      if (position < changed.length) expect(isJson(changed)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test('a fault names line and column and shows nothing of the text', () => {
  const json = parseJson(Buffer.from('{"secret": 1,\n "more" 2}'));
  expect(json).toEqual({
    fault: {
      code: 'json.malformed',
      path: '',
      expected: 'JSON',
      got: 'something else at position 22 (line 2, column 9)',
    },
  });
});

test('a byte order mark is no fault, bytes that are not UTF-8 are', () => {
  expect(parseJson(Buffer.from('\ufeff{"a":1}'))).toEqual({ value: { a: 1 } });
  expect(parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({ fault: { code: 'text.not_utf8' } });
});

test('a million open brackets are answered at once', () => {
  const json = parseJson(Buffer.from('['.repeat(1_000_000)));
  expect(json).toMatchObject({ fault: { code: 'json.malformed' } });
});

describe.skipIf(!hasSharedData)('JSONTestSuite (skipped where ../shared is absent)', () => {
  const folder = sharedData('files', 'JSONTestSuite', 'test_parsing');
  const files = hasSharedData ? readdirSync(folder) : [];
  test('every n_ file is refused with a position, every y_ file is read, the others do one or the other', () => {
    expect(files.length).toBe(318);
    for (const file of files) {
      const result = parseJson(readFileSync(`${folder}/${file}`));
      if (file.startsWith('n_')) expect(result, file).toHaveProperty('fault');
      if (file.startsWith('y_')) expect(result, file).toHaveProperty('value');
    }
  });
});
