import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonNumberReader } from '../../../src/core/formats/json-number.ts';

const number = new JsonNumberReader();

/** What JSON.parse reads, and -1 where it refuses. */
function expected(text: string): number {
  try {
    const value = JSON.parse(text);
    return typeof value === 'number' ? value : -1;
  } catch {
    return -1;
  }
}

test('numbers are read as JSON.parse reads them, and nothing else is', () => {
  const part = fc.constantFrom('0', '1', '9', '12345', '.', '-', '+', 'e', 'E', '00', 'x', '1234567890');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const text = parts.join('');
      const bytes = Buffer.from(`${text},`);
      const end = number.read(bytes, 0);
      // A number that is followed by something else ends before that.
      const read = end === text.length && text !== '' ? number.value : -1;
      if (expected(text) !== -1 || end === text.length) expect(Object.is(read, expected(text)), text).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});

test('any number that a program prints', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = JSON.stringify(value);
      expect(number.read(Buffer.from(`${text}}`), 0)).toBe(text.length);
      expect(number.value).toBe(JSON.parse(text));
    }),
  );
});
