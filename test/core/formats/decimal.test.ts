import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDecimal } from '../../../src/core/formats/decimal.ts';

const parse = (text: string) => parseDecimal(Buffer.from(text), 0, text.length);

test.each([
  '0',
  '-0',
  '1',
  '+1',
  '.5',
  '5.',
  '-.5',
  '1e308',
  '1E-7',
  '1e+5',
  '123456789012345678',
  '0.1',
  '298.1',
  '1e400',
  '4.9e-324',
  '000012.50',
  '0.000000000000000000000001',
])('%s is the nearest number', (text) => {
  expect(parse(text)).toBe(Number(text));
});

test.each([
  '',
  '-',
  '+',
  '.',
  'e5',
  '1e',
  '1e+',
  '0x1',
  '1_000',
  '1,5',
  'nan',
  'NaN',
  'inf',
  'Infinity',
  '--1',
  '1.2.3',
  '1 2',
  '1f',
  '１',
])('%j is no decimal number', (text) => {
  expect(parse(text)).toBeNaN();
});

test('it equals Number() on 200,000 random decimals, bit for bit', () => {
  // Own generator: the point is volume, not shrinking.
  let seed = 12345;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed % below;
  };
  for (let i = 0; i < 200_000; i++) {
    const digits = Array.from({ length: 1 + next(20) }, () => next(10)).join('');
    const at = next(digits.length + 1);
    let text = `${next(2) ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`;
    if (next(3) === 0) text += `e${next(2) ? '-' : ''}${next(330)}`;
    if (!Object.is(parse(text), Number(text))) expect.fail(`${text}: ${parse(text)} and ${Number(text)}`);
  }
});

test('every float64 is read back from its own text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(parse(String(value))).toBe(Number(String(value)));
      expect(parse(value.toExponential(16))).toBe(Number(value.toExponential(16)));
    }),
  );
});
