import { expect, test } from 'vitest';
import { usualPrices } from '../../../src/core/sizing/price-list.ts';
import { runCost } from '../../../src/core/sizing/run-cost.ts';

test('a run costs the time of its instances, whatever their number, with the day of the prices', () => {
  const { amount, ...prices } = runCost({ busyMs: 600_000, parts: 30, documents: 0 });
  expect(prices).toEqual({ currency: usualPrices.currency, pricesOf: usualPrices.asOf });
  // Ten minutes of 2 GB, and some 250 writes.
  expect(amount).toBeCloseTo(1_200 * 0.000026 + 0.001375, 4);
});

test('a small file costs a second, and its amount is not rounded to nothing', () => {
  const small = runCost({ busyMs: 12, parts: 1, documents: 0 }).amount;
  expect(small).toBe(runCost({ busyMs: 1_000, parts: 1, documents: 0 }).amount);
  expect(small).toBeGreaterThan(0.00005);
});

test('documents in Cosmos DB cost more than anything else', () => {
  const [without, with_] = [0, 1_000_000].map((documents) => runCost({ busyMs: 60_000, parts: 1, documents }).amount);
  expect(with_! - without!).toBeCloseTo(1.75, 2);
});
