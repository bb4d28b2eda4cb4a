import fc from 'fast-check';
import { expect, test } from 'vitest';
import { float32TextBytesMax, writeFloat32, writeInteger } from '../../../src/core/formats/float32-text.ts';

const bytes = Buffer.alloc(float32TextBytesMax);
const textOf = (value: number) => bytes.toString('latin1', 0, writeFloat32(value, bytes, 0));

/** What is to come out: the fewest digits with which nothing else can be read. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    const around = [text, text * (1 + 2 ** -52), text * (1 - 2 ** -52)];
    if (around.every((each) => Math.fround(each) === value)) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

test.each([
  [0, '0'],
  [1, '1'],
  [-3, '-3'],
  [0.5, '0.5'],
  [0.1, '0.1'],
  [100_000, '100000'],
  [999_999.9375, '999999.94'],
  [1e-6, '0.000001'],
  [1e-7, '1e-7'],
  [1e21, '1e+21'],
  [3.4028234663852886e38, '3.4028235e+38'],
  [1.401298464324817e-45, '1e-45'],
])('%d is %s', (value, text) => {
  expect(textOf(Math.fround(value))).toBe(text);
});

test('every float32 is the shortest text that reads back as itself', () => {
  const anyFloat = fc.float({ noNaN: true, noDefaultInfinity: true });
  const score = fc.float({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(anyFloat, score), (value) => {
      expect(Math.fround(Number(textOf(value)))).toBe(value === 0 ? 0 : value);
      expect(textOf(value)).toBe(shortest(value));
    }),
    { numRuns: 20_000 },
  );
});

test('powers of two, whose neighbours are not equally far', () => {
  for (let power = -149; power < 128; power++) expect(textOf(2 ** power)).toBe(shortest(2 ** power));
});

test('integers', () => {
  const max = 2 ** 31 - 1;
  fc.assert(
    fc.property(fc.oneof(fc.nat({ max }), fc.constantFrom(0, 9, 10, 99, 100, max)), (value) => {
      expect(bytes.toString('latin1', 0, writeInteger(value, bytes, 0))).toBe(String(value));
    }),
  );
});
