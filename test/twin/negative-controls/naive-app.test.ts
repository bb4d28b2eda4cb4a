/**
 * What must go wrong. An app without a retry policy, or without binary bodies, loses events on Azure; if it lost none on
 * the twin, "0 lost" of our own app would say nothing about it either.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StorageEmulator, startStorageEmulator } from '../../../local/storage/storage-emulator.ts';
import { startStream } from '../../local/host/event-stream.ts';
import { eventually } from '../../local/host/eventually.ts';
import { type FixtureHost, startFixture } from '../../local/host/fixture-host.ts';

let storage: StorageEmulator;
beforeAll(async () => {
  storage = await startStorageEmulator();
});
afterAll(() => storage.close());

interface Line {
  readonly begun?: readonly number[];
  readonly scored?: readonly number[];
}

const app = fileURLToPath(new URL('./apps/naive', import.meta.url));
const sent = Array.from({ length: 96 }, (_, id) => id);
const special = 40;
const binary = { DATA_TYPE: 'binary' };

/** Starts the app on a stream of 96 events, one of which is special; the app reads batches of 16 at most. */
async function startNaive(settings: Record<string, string>, specialBody: string) {
  const stream = await startStream(storage, 1);
  await stream.send(
    '0',
    sent.map((id) => (id === special ? specialBody : JSON.stringify({ id }))),
  );
  const host = await startFixture(app, { settings: { ...stream.settings, ...settings } });
  /** Resolves when the whole stream is behind the checkpoint: nothing of it will ever come again. */
  const finish = () => eventually(() => stream.checkpointOf('0')).toBe(stream.lastOf('0'));
  return { host, finish };
}

function lostOf(host: FixtureHost): number[] {
  const scored = new Set(host.records.read<Line>().flatMap((line) => line.scored ?? []));
  return sent.filter((id) => !scored.has(id));
}

/** The ids of the batch that was begun and holds this one. */
const batchWith = (host: FixtureHost, id: number) =>
  host.records.read<Line>().find(({ begun }) => begun?.includes(id))?.begun ?? [];

const sinkIsDown = JSON.stringify({ id: special, sinkIsDown: true });

test('a handler that throws once, without a retry policy, loses its whole batch', async () => {
  const { host, finish } = await startNaive(binary, sinkIsDown);
  await finish();
  const lost = lostOf(host);
  expect(lost).toEqual(batchWith(host, special));
  expect(lost.length).toBeGreaterThan(1);
});

test('the same handler with a retry policy loses nothing', async () => {
  const { host, finish } = await startNaive({ ...binary, RETRY: 'yes' }, sinkIsDown);
  await finish();
  expect(lostOf(host)).toEqual([]);
});

const plain = JSON.stringify({ id: special });

/** Kills the worker while it runs a batch; gives the ids of that batch. */
async function killInBatch(host: FixtureHost): Promise<readonly number[]> {
  const pid = await host.workerPid();
  for (;;) {
    const last = host.records.read<Line>().at(-1);
    if (last?.begun !== undefined) {
      process.kill(pid, 'SIGKILL');
      return last.begun;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a worker killed in a batch, without a retry policy, loses that batch', async () => {
  const { host, finish } = await startNaive(binary, plain);
  const running = await killInBatch(host);
  await finish();
  expect(lostOf(host)).toEqual(running);
  expect(running.length).toBeGreaterThan(0);
});

test('a worker killed in a batch under a retry policy loses nothing', async () => {
  const { host, finish } = await startNaive({ ...binary, RETRY: 'yes' }, plain);
  await killInBatch(host);
  await finish();
  expect(lostOf(host)).toEqual([]);
});

test('a handler over the function timeout loses its batch, and a retry policy does not help', async () => {
  const takesLong = JSON.stringify({ id: special, takesLong: true });
  const { host, finish } = await startNaive({ ...binary, RETRY: 'yes' }, takesLong);
  await finish();
  const lost = lostOf(host);
  expect(lost).toEqual(batchWith(host, special));
  expect(lost.length).toBeGreaterThan(1);
});

test('JSON bodies instead of binary ones: one malformed event takes its good neighbours with it', async () => {
  const { host, finish } = await startNaive({}, '{"id":40');
  await finish();
  const lost = lostOf(host);
  expect(lost).toContain(special);
  expect(lost.length).toBeGreaterThan(1);
  expect(host.records.read<Line>().flatMap((line) => line.begun ?? [])).not.toContain(lost[0]);
  expect(host.lines.join('\n')).toMatch(/Exception binding parameter/);
});
