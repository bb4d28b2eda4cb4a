import { describe, expect, test } from 'vitest';
import { streamEnds, until } from '../../local/demo/demo-events.ts';
import { accountFor } from '../../local/demo/stream-account.ts';
import { makeFleet } from '../../local/devices/fleet.ts';
import { sendEvents } from '../../src/cli/event-sender.ts';
import { useTwin } from './twin-fixture.ts';

const twin = useTwin();

const fleetEvents = (count: number, seed: number) =>
  makeFleet({ machines: 20, seed, eventsPerSecond: 1_000 })
    .take(count)
    .map(({ partitionKey, event }) => ({ body: event.body, key: partitionKey }));

const documentCount = async () =>
  (await twin().predictions.items.query<number>('SELECT VALUE COUNT(1) FROM c').fetchAll()).resources[0] ?? 0;

test('one malformed event in a batch of 256: 255 documents and one dead letter', async () => {
  const { producer, sideTracked, twin: running } = twin();
  const before = await documentCount();
  const bodies = fleetEvents(256, 1).map(({ body }, i) => (i === 100 ? body.subarray(0, 30) : body));
  const first = (await streamEnds(running.connections.events)).get('0') ?? 0;
  const batch = await producer.createBatch({ partitionId: '0' });
  for (const body of bodies) expect(batch.tryAdd({ body })).toBe(true);
  await producer.sendBatch(batch);
  await until('255 documents', async () => (await documentCount()) === before + 255, 30_000);
  await until('one dead letter', async () => (await sideTracked('deadLetters')).size === 1, 30_000);
  const [[path, text]] = [...(await sideTracked('deadLetters'))] as [[string, string]];
  expect(path).toMatch(/^json\.malformed\/\d{4}-\d\d-\d\d\/telemetry~0~\d+~\w+~telemetry\.json$/);
  expect(JSON.parse(text)).toMatchObject({
    reason: 'json.malformed',
    body: bodies[100]?.toString(),
    source: { sequence: first + 100 },
  });
  expect((await running.host().workerPid()) > 0).toBe(true);
});

describe('whatever dies, every event has its one place', () => {
  test('the worker, killed in the middle of 20,000 events', async () => {
    const { twin: running, producer } = twin();
    const { connections } = running;
    const from = await streamEnds(connections.events);
    const before = await documentCount();
    const victim = await running.host().workerPid();
    const sending = sendEvents(producer, fleetEvents(20_000, 3), { eventsPerSecond: 10_000 });
    await until('a good part of the run', async () => (await documentCount()) - before > 5_000, 60_000, 20);
    process.kill(victim, 'SIGKILL');
    await sending;
    const stretch = { from, to: await streamEnds(connections.events) };
    await until('20,000 documents', async () => (await documentCount()) - before >= 20_000, 100_000, 200);
    const account = await accountFor(connections, stretch);
    expect(account).toMatchObject({
      events: 20_000,
      documents: 20_000,
      deadLetters: 0,
      parked: 0,
      doubled: [],
      unplaced: [],
    });
    expect(await running.host().workerPid()).not.toBe(victim);
  });
});
