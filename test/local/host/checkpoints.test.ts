import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StorageEmulator, startStorageEmulator } from '../../../local/storage/storage-emulator.ts';
import { startStream } from './event-stream.ts';
import { eventually } from './eventually.ts';
import { type FixtureHost, type FixtureOptions, fixtureFolder, startFixture } from './fixture-host.ts';

let storage: StorageEmulator;
beforeAll(async () => {
  storage = await startStorageEmulator();
});
afterAll(() => storage.close());

interface Seen {
  readonly begun?: readonly string[];
  readonly done?: readonly string[];
  readonly partition: string;
  readonly retryContext?: {
    readonly retryCount: number;
    readonly maxRetryCount: number;
    readonly exception: { readonly message: string };
  };
}

const startEvents = (settings: Readonly<Record<string, string>>, options: FixtureOptions = {}) =>
  startFixture(fixtureFolder('events'), { ...options, settings });
const begunOf = ({ records }: FixtureHost) => records.read<Seen>().filter(({ begun }) => begun !== undefined);
const doneOf = ({ records }: FixtureHost) => records.read<Seen>().flatMap(({ done }) => done ?? []);

test('without a retry policy a failed batch is passed over: the checkpoint moves and the next batch runs', async () => {
  const stream = await startStream(storage, 1);
  const host = await startEvents(stream.settings);
  await stream.send('0', ['throw-always']);
  await eventually(() => stream.checkpointOf('0')).toBe(stream.lastOf('0'));
  await stream.send('0', ['good']);
  await eventually(() => doneOf(host)).toEqual(['good']);
  expect(begunOf(host)).toHaveLength(2);
});

test('with a retry policy the batch runs again, knows it from the second try on, and the checkpoint waits', async () => {
  const stream = await startStream(storage, 1);
  const host = await startEvents({ ...stream.settings, RETRIES: '-1', RETRY_DELAY: '1' });
  await stream.send('0', ['throw-once']);
  await eventually(() => begunOf(host)).toHaveLength(1);
  expect(await stream.checkpointOf('0')).toBeUndefined();
  await eventually(() => doneOf(host)).toEqual(['throw-once']);
  expect(begunOf(host).map(({ retryContext }) => retryContext)).toEqual([
    undefined,
    {
      retryCount: 1,
      maxRetryCount: -1,
      exception: expect.objectContaining({ message: expect.stringContaining('thrown at attempt 1') }),
    },
  ]);
  await eventually(() => stream.checkpointOf('0')).toBe(stream.lastOf('0'));
});

test('when all retries have failed the checkpoint moves on', async () => {
  const stream = await startStream(storage, 1);
  const host = await startEvents({ ...stream.settings, RETRIES: '2' });
  await stream.send('0', ['throw-always']);
  await eventually(() => stream.checkpointOf('0')).toBe(stream.lastOf('0'));
  expect(begunOf(host).map(({ retryContext }) => retryContext?.retryCount ?? 0)).toEqual([0, 1, 2]);
});

test('a batch whose worker dies is run again by the new worker under a retry policy', async () => {
  const stream = await startStream(storage, 1);
  const host = await startEvents({ ...stream.settings, RETRIES: '-1' });
  await stream.send('0', ['slow']);
  await eventually(() => begunOf(host)).toHaveLength(1);
  process.kill(await host.workerPid(), 'SIGKILL');
  await eventually(() => doneOf(host)).toEqual(['slow']);
  expect(begunOf(host)[1]?.retryContext?.exception.message).toMatch(/worker process ended \(signal SIGKILL\)/);
});

test('a batch over the function timeout is passed over even under a retry policy, and its neighbour is run again', async () => {
  const stream = await startStream(storage);
  const host = await startEvents(
    { ...stream.settings, RETRIES: '-1' },
    { hostOverrides: { functionTimeout: '00:00:02' } },
  );
  await stream.send('0', ['hang-always']);
  await eventually(() => begunOf(host)).toHaveLength(1);
  // The neighbour must not run into a timeout of its own in the same moment.
  await delay(700);
  await stream.send('1', ['hang-first']);
  await eventually(() => stream.checkpointOf('0')).toBe(stream.lastOf('0'));
  await eventually(() => doneOf(host)).toEqual(['hang-first']);
  const attempts = (body: string) => begunOf(host).filter(({ begun }) => begun?.[0] === body).length;
  expect([attempts('hang-always'), attempts('hang-first')]).toEqual([1, 2]);
});

test('a killed host loses nothing: the next one starts at the checkpoints and repeats a batch at most for each partition', async () => {
  const stream = await startStream(storage);
  const sent = new Set<string>();
  for (const partition of ['0', '1']) {
    const bodies = Array.from({ length: 160 }, (_, index) => `${partition}-${index}-wait`);
    for (const body of bodies) sent.add(body);
    await stream.send(partition, bodies);
  }
  const first = await startEvents(stream.settings);
  await eventually(() => doneOf(first).length).toBeGreaterThan(64);
  await first.kill();
  const second = await startEvents(stream.settings, { records: first.records });
  await eventually(() => new Set(doneOf(second))).toEqual(sent);
  // What ran in the moment of the kill comes again, and so does what had just ended and was not yet checkpointed.
  expect(doneOf(second).length - sent.size).toBeLessThanOrEqual(2 * 16);
});

test('a batch that ends while the host drains is not checkpointed and comes again', async () => {
  const stream = await startStream(storage, 1);
  const first = await startEvents(stream.settings);
  await stream.send('0', ['slow']);
  await eventually(() => begunOf(first)).toHaveLength(1);
  await first.drain();
  expect(doneOf(first)).toEqual(['slow']);
  expect(await stream.checkpointOf('0')).toBeUndefined();
  const second = await startEvents(stream.settings);
  await eventually(() => doneOf(second)).toEqual(['slow']);
});

test('a drain ends the retrying of a batch, which comes again on the next host', async () => {
  const stream = await startStream(storage, 1);
  const first = await startEvents({ ...stream.settings, RETRIES: '-1', RETRY_DELAY: '60' });
  await stream.send('0', ['throw-always']);
  await eventually(() => begunOf(first)).toHaveLength(1);
  const startedAt = performance.now();
  await first.drain();
  expect(performance.now() - startedAt).toBeLessThan(5000);
  expect(await stream.checkpointOf('0')).toBeUndefined();
  const second = await startEvents(stream.settings);
  await eventually(() => begunOf(second)).toHaveLength(1);
});

test('a checkpoint comes after so many batches, and a drain covers the batches since', async () => {
  const stream = await startStream(storage, 1);
  const hostOverrides = { extensions__eventHubs__batchCheckpointFrequency: '3' };
  const host = await startEvents(stream.settings, { hostOverrides });
  for (let batch = 1; batch <= 4; batch++) {
    await stream.send('0', [`batch ${batch}`]);
    await eventually(() => doneOf(host)).toHaveLength(batch);
    if (batch === 2) expect(await stream.checkpointOf('0')).toBeUndefined();
  }
  await eventually(() => stream.checkpointOf('0')).toBe(stream.lastOf('0') - 1);
  await host.drain();
  expect(await stream.checkpointOf('0')).toBe(stream.lastOf('0'));
});

test('two hosts share the partitions, and one that lost a partition stops retrying its batch', {
  timeout: 40_000,
}, async () => {
  const stream = await startStream(storage);
  const settings = { ...stream.settings, RETRIES: '-1', RETRY_DELAY: '1' };
  const first = await startEvents(settings);
  await stream.send('0', ['throw-always 0']);
  await stream.send('1', ['throw-always 1']);
  await eventually(() => new Set(begunOf(first).map(({ partition }) => partition)).size).toBe(2);
  const second = await startEvents(settings);
  await eventually(() => begunOf(second).length).toBeGreaterThan(0);
  const moved = begunOf(second)[0]?.partition;
  const attempts = () => begunOf(first).filter(({ partition }) => partition === moved).length;
  await eventually(() => first.lines.join('\n')).toMatch(new RegExp(`another host has taken partition ${moved} over`));
  const before = attempts();
  await eventually(() => begunOf(second).length).toBeGreaterThan(3);
  expect(attempts()).toBe(before);
  expect(await stream.checkpointOf('0')).toBeUndefined();
  expect(await stream.checkpointOf('1')).toBeUndefined();
});
