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

test('it equals Number() on a million random decimals, bit for bit', () => {
  // Own generator: the point is volume, not shrinking.
  let seed = 12345;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const digits = (count: number) => Array.from({ length: count }, () => next(10)).join('');
  const written = [
    // What programs print: the shortest text of a float64 or float32, and fixed fractions.
    () => String(next(1 << 22) / (1 + next(1 << 22))),
    () => String(Math.fround(next(1 << 22) / (1 + next(1 << 22)))),
    () => `${next(1000)}.${digits(1 + next(8))}`,
    () => `0.000${digits(17)}e-${next(9)}`,
    () => {
      const all = digits(1 + next(26));
      const at = next(all.length + 1);
      const exponent = next(3) === 0 ? `e${next(2) ? '-' : ''}${next(330)}` : '';
      return `${next(2) ? '-' : ''}${all.slice(0, at)}.${all.slice(at)}${exponent}`;
    },
  ];
  const bytes = Buffer.alloc(64);
  for (let i = 0; i < 1_000_000; i++) {
    const text = written[i % written.length]!();
    const value = parseDecimal(bytes, 0, bytes.write(text, 'latin1'));
    if (!Object.is(value, Number(text))) expect.fail(`${text}: ${value} and ${Number(text)}`);
  }
}, 60_000);

test('it equals Number() in the middle between two float64s, and one digit beside', () => {
  for (let i = 1; i < 20_000; i++) {
    // Of these numbers every 54th binary place is a half of the last one that a float64 keeps.
    const middle = (((2n ** 53n * BigInt(i)) / 20_011n) * 2n + 1n) * 10n ** 22n;
    for (const beside of [-1n, 0n, 1n]) {
      const text = `0.${String(middle / 2n ** 54n + beside).padStart(22, '0')}`;
      if (!Object.is(parse(text), Number(text))) expect.fail(`${text}: ${parse(text)} and ${Number(text)}`);
    }
  }
});

test('a decimal comma stands for the point, which then stands for nothing', () => {
  const parseComma = (text: string) => parseDecimal(Buffer.from(text), 0, text.length, ','.charCodeAt(0));
  expect(['1,5', '-,5', '1,25e-3', '12345678901234567890,5', '7'].map(parseComma)).toEqual([
    1.5,
    -0.5,
    0.00125,
    Number('12345678901234567890.5'),
    7,
  ]);
  expect(['1.5', '1.234,5', '1,2,3'].map(parseComma)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

test('every float64 is read back from its own text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(parse(String(value))).toBe(Number(String(value)));
      expect(parse(value.toExponential(16))).toBe(Number(value.toExponential(16)));
    }),
  );
});
