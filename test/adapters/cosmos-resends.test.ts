import { describe, expect, test } from 'vitest';
import { CosmosResends } from '../../src/adapters/cosmos-resends.ts';
import type { ResendClaim } from '../../src/scoring/ports.ts';
import { useCosmos } from '../local/cosmos/cosmos-fixture.ts';

const cosmos = useCosmos();
const newContainer = () => cosmos.newContainer({ defaultTtl: -1 });
const start = Date.parse('2026-11-21T03:00:00.000Z');
const minuteMs = 60_000;

/** Message `id` of a device, taken by the broker some minutes after three. */
const claimOf = (id: string, sequence: number, minutes = 0, changes: Partial<ResendClaim> = {}): ResendClaim => ({
  id,
  key: 'machine-7',
  messageId: id,
  model: 'pump',
  version: 1,
  inputDigest: `sha256:${id}`,
  source: {
    kind: 'stream',
    hub: 'telemetry',
    partition: '0',
    sequence,
    enqueuedAt: new Date(start + minutes * minuteMs).toISOString(),
  },
  windowMs: 10 * minuteMs,
  ...changes,
});

const resend = { kind: 'skipped', reason: 'resend' };
const isNew = { kind: 'created' };

test('a message is new once; what comes again within the window is a resend, for every process', async () => {
  const container = await newContainer();
  const one = new CosmosResends(async () => container);
  expect(await one.write([claimOf('m1', 1), claimOf('m2', 2)])).toEqual([isNew, isNew]);
  expect(await one.write([claimOf('m1', 3, 9), claimOf('m3', 4)])).toEqual([resend, isNew]);
  expect(await new CosmosResends(async () => container).write([claimOf('m2', 5, -9)])).toEqual([resend]);
});

test('within one batch the first of two equal messages counts', async () => {
  const container = await newContainer();
  const results = await new CosmosResends(async () => container).write([
    claimOf('m', 1),
    claimOf('m', 2),
    claimOf('m', 3),
  ]);
  expect(results).toEqual([isNew, resend, resend]);
});

test('a replay of the same record is no resend, before and after its resend', async () => {
  const container = await newContainer();
  const resends = new CosmosResends(async () => container);
  await resends.write([claimOf('m', 1)]);
  expect(await resends.write([claimOf('m', 1), claimOf('m', 2), claimOf('m', 1)])).toEqual([
    { kind: 'existed' },
    resend,
    { kind: 'existed' },
  ]);
  const second = claimOf('m', 1, 0, { source: { ...claimOf('m', 1).source, index: 1 } });
  expect(await resends.write([second])).toEqual([resend]);
});

test('the same id of another device is another message', async () => {
  const container = await newContainer();
  const resends = new CosmosResends(async () => container);
  await resends.write([claimOf('m', 1)]);
  expect(await resends.write([claimOf('m', 2, 0, { key: 'machine-8' })])).toEqual([isNew]);
});

test('another input under the same id is a fault, never passed over in silence', async () => {
  const container = await newContainer();
  const resends = new CosmosResends(async () => container);
  await resends.write([claimOf('m', 1)]);
  const other = { inputDigest: 'sha256:other' } as const;
  expect(await resends.write([claimOf('m', 2, 1, other)])).toEqual([
    { kind: 'fault', fault: { code: 'id.conflict', path: '', expected: 'sha256:m', got: 'sha256:other' } },
  ]);
  // Another version may digest the same input differently.
  expect(await resends.write([claimOf('m', 2, 1, { ...other, version: 2 })])).toEqual([resend]);
});

describe('behind the window', () => {
  test('a message is new again, and the next resend is one of this', async () => {
    const container = await newContainer();
    const resends = new CosmosResends(async () => container);
    await resends.write([claimOf('m', 1)]);
    expect(await resends.write([claimOf('m', 2, 11)])).toEqual([isNew]);
    expect(await resends.write([claimOf('m', 3, 20)])).toEqual([resend]);
  });

  test('so is one that comes far too late, which moves nothing', async () => {
    const container = await newContainer();
    const resends = new CosmosResends(async () => container);
    await resends.write([claimOf('m', 2, 30)]);
    expect(await resends.write([claimOf('m', 1, 0)])).toEqual([isNew]);
    expect(await resends.write([claimOf('m', 3, 35)])).toEqual([resend]);
  });

  test('an item lives for the window and an hour: events may wait in the hub', async () => {
    const container = await newContainer();
    await new CosmosResends(async () => container).write([claimOf('m', 1)]);
    const { resource } = await container.item('m', 'machine-7').read();
    expect(resource).toMatchObject({ ttl: 600 + 3_600, messageId: 'm', key: 'machine-7' });
  });
});

test('of processes that see two equal messages at once, one has the new one', async () => {
  const container = await newContainer();
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, i) => new CosmosResends(async () => container).write([claimOf('m', i)])),
  );
  const all = results.flat().map(({ kind }) => kind);
  expect(all.toSorted()).toEqual(['created', 'skipped', 'skipped', 'skipped', 'skipped', 'skipped']);
});

test('a database that does not answer is an error that may heal', async () => {
  const missing = cosmos.database.container('not-there');
  expect(await new CosmosResends(async () => missing).write([claimOf('m', 1)])).toMatchObject([
    { kind: 'error', error: { code: 'sink.unavailable', retryable: true } },
  ]);
});
