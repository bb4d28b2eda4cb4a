import type { Container, OperationInput } from '@azure/cosmos';
import { expect, test } from 'vitest';
import { query, useCosmos } from './cosmos-fixture.ts';

/** Bounds are ten times what a small machine needs: they show a cliff, not a slope. */
const cosmos = useCosmos();

const score = (place: number) => ({
  id: `machine-${place}`,
  key: `device-${place % 200}`,
  label: place % 2 ? 'failure' : 'healthy',
  probability: (place % 1000) / 1000,
  source: { hub: 'telemetry', partition: '0', sequence: place, enqueuedAt: '2026-11-21T03:04:05.678Z' },
  features: Array.from({ length: 12 }, (_, feature) => feature * place),
});

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function fill(container: Container, count: number): Promise<void> {
  const places = Array.from({ length: count }, (_, place) => place);
  for (let device = 0; device < 200; device += 1) {
    const operations = places
      .filter((place) => place % 200 === device)
      .map((place): OperationInput => ({ operationType: 'Create', resourceBody: score(place) }));
    await container.items.batch(operations, `device-${device}`);
  }
}

test('2,000 documents written one by one, 16 at a time, within 15 s', async () => {
  const container = await cosmos.newContainer();
  let next = 0;
  const writer = async () => {
    while (next < 2_000) await container.items.upsert(score(next++));
  };
  const elapsed = await elapsedMs(() => Promise.all(Array.from({ length: 16 }, writer)));
  expect(await query(container, 'SELECT VALUE COUNT(1) FROM c')).toEqual([2_000]);
  expect(elapsed).toBeLessThan(15_000);
});

test('queries over 20,000 documents: by key and filter within 50 ms, sorted or counted within 500 ms', async () => {
  const container = await cosmos.newContainer();
  await fill(container, 20_000);
  /** The best of five: other work on the machine slows some, a query that scales badly all. */
  const timed = async (text: string, options: object, rows: number) => {
    const elapsed: number[] = [];
    for (let run = 0; run < 5; run += 1) {
      elapsed.push(await elapsedMs(async () => expect(await query(container, text, options)).toHaveLength(rows)));
    }
    return Math.min(...elapsed);
  };
  const byKey = { partitionKey: 'device-7' };
  expect(await timed('SELECT * FROM c WHERE c.probability >= 0.5', byKey, 40)).toBeLessThan(50);
  expect(await timed('SELECT * FROM c WHERE c.key = "device-7" AND c.probability >= 0.5', {}, 40)).toBeLessThan(500);
  expect(await timed('SELECT TOP 100 * FROM c ORDER BY c.probability DESC', {}, 100)).toBeLessThan(500);
  expect(await timed('SELECT c.label, COUNT(1) AS n FROM c GROUP BY c.label', {}, 2)).toBeLessThan(500);
});
