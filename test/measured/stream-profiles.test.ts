import { beforeAll, describe, expect, test } from 'vitest';
import { type ProfileRun, runProfile } from '../../local/measure/profile-run.ts';

/**
 * Counts have bounds that a busy machine keeps: where it is slow, more events wait, batches are larger, and `latency` costs
 * less. Times have those that are promised. `npm run bench profiles` takes the exact figures.
 */
const load = { eventsPerSecond: 1_000, seconds: 4 };
let economy: ProfileRun;
let latency: ProfileRun;

beforeAll(async () => {
  economy = await runProfile('economy', load);
  latency = await runProfile('latency', load);
  for (const run of [economy, latency]) process.stdout.write(`${JSON.stringify(run)}\n`);
}, 180_000);

describe('economy, for a million events at 1,000 events/s', () => {
  test('invokes the function no more often than its smallest batch allows, and what waits too long', () => {
    expect(economy.invocations).toBeLessThan(1.5 * (1_000_000 / 128));
  });

  test('writes a checkpoint for eight batches, not for each', () => {
    expect(economy.checkpointWrites).toBeLessThan(economy.invocations / 2);
    expect(economy.checkpointWrites).toBeLessThan(latency.checkpointWrites / 2);
  });

  test('makes fewer requests to storage, and one line of the ledger a batch', () => {
    expect(economy.storageRequests).toBeLessThan(latency.storageRequests);
    expect(Math.abs(economy.ledgerWrites - economy.invocations)).toBeLessThan(0.2 * economy.invocations);
  });
});

test('latency writes a checkpoint for each batch: what comes again after a crash is no more than that', () => {
  expect(latency.checkpointWrites).toBeGreaterThan(0.9 * latency.ledgerWrites);
});

test('a score costs the same in Cosmos DB, however the stream is read', () => {
  for (const { requestUnits } of [economy, latency]) {
    expect(requestUnits).toBeGreaterThan(4_900_000);
    expect(requestUnits).toBeLessThan(5_600_000);
  }
});

test('from enqueued to readable at 1,000 events/s: p95 within 500 ms and 4 s', () => {
  expect(latency.p95Ms).toBeLessThanOrEqual(500);
  expect(economy.p95Ms).toBeLessThanOrEqual(4_000);
});
