import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRecency } from '../../src/core/latest-order.ts';
import type { StreamSource } from '../../src/core/source.ts';

const source = (enqueuedAt: string, sequence: number, more: Partial<StreamSource> = {}): StreamSource => ({
  kind: 'stream',
  hub: 'h',
  partition: '0',
  sequence,
  enqueuedAt,
  ...more,
});

test('the broker time decides, then the sequence number, then the place in the body', () => {
  const [noon, later] = ['2026-11-21T12:00:00.000Z', '2026-11-21T12:00:00.001Z'];
  expect(compareRecency(source(later, 1), source(noon, 9))).toBeGreaterThan(0);
  expect(compareRecency(source(noon, 1), source(noon, 9))).toBeLessThan(0);
  expect(compareRecency(source(noon, 1, { index: 3 }), source(noon, 1, { index: 2 }))).toBeGreaterThan(0);
  expect(compareRecency(source(noon, 1), source(noon, 1))).toBe(0);
  expect(compareRecency(source(noon, 1, { partition: '1' }), source(noon, 1))).toBeGreaterThan(0);
});

test('it is an order: whoever compares whatever pairs, one record is the last', () => {
  const any = fc.record({
    kind: fc.constant('stream' as const),
    hub: fc.constantFrom('a', 'b'),
    partition: fc.constantFrom('0', '1'),
    sequence: fc.nat(3),
    index: fc.nat(2),
    enqueuedAt: fc.constantFrom('2026-11-21T12:00:00.000Z', '2026-11-21T12:00:00.001Z'),
  });
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      expect(Math.sign(compareRecency(a, b))).toBe(-Math.sign(compareRecency(b, a)) + 0);
      if (compareRecency(a, b) >= 0 && compareRecency(b, c) >= 0)
        expect(compareRecency(a, c)).toBeGreaterThanOrEqual(0);
    }),
  );
});
