import { CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { streamEnds, until } from '../../local/demo/demo-events.ts';
import { accountFor } from '../../local/demo/stream-account.ts';
import { latencyOf, StreamObserver } from '../../local/demo/stream-observer.ts';
import { makeFleet } from '../../local/devices/fleet.ts';
import { sendEvents } from '../../src/cli/event-sender.ts';
import { unpackScores } from '../../src/core/outputs/pack-scores.ts';
import type { PackedScores } from '../../src/core/outputs/packed-scores.ts';
import { cosmos } from '../../src/core/resources.ts';
import type { HubAccount } from '../../src/scoring/reconcile/reconcile.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { useTwin } from './twin-fixture.ts';

/** The profile that collects most: after a death of the host up to eight batches of each partition come again. */
const twin = useTwin({
  routes: { streams: [{ hub: 'telemetry', model: 'machine-failure', packed: true, latest: true }] },
  profile: 'economy',
  isSupervised: true,
  hostOverrides: {
    extensions__eventHubs__partitionOwnershipExpirationInterval: '00:00:02',
    extensions__eventHubs__loadBalancingUpdateInterval: '00:00:00.5',
  },
});

const count = 3_000;
let client: CosmosClient;
beforeAll(() => {
  client = new CosmosClient(twin().twin.connections.cosmos);
});
afterAll(() => client?.dispose());

const items = async () => (await twin().predictions.items.readAll<PackedScores>().fetchAll()).resources;
/** Events of all batches that ended well, those that came again included. */
const received = () =>
  twin()
    .log.filter(({ message }) => message.startsWith('receipt '))
    .reduce((sum, { message }) => sum + JSON.parse(message.slice('receipt '.length)).received, 0);

test('a packed stream whose events come again, and whose worker and host die, has each once, about a hundred an item', async () => {
  const { twin: running, producer } = twin();
  const { connections } = running;
  const from = await streamEnds(connections.events);
  const observer = new StreamObserver(connections.cosmos);
  try {
    const events = makeFleet({ machines: 20, seed: 5, eventsPerSecond: 1_000 }).take(count);
    const sending = sendEvents(
      producer,
      events.map(({ event, partitionKey }) => ({ body: event.body, key: partitionKey })),
      { eventsPerSecond: 3_000 },
    );
    await until('some scores', () => observer.documents.length > 300, 60_000, 20);
    await running.control.kill('worker', 'SIGKILL');
    await until('more scores', () => observer.documents.length > 1_500, 60_000, 20);
    await running.control.kill('host', 'SIGKILL');
    await sending;
    await until('all scores', () => observer.documents.length >= count, 60_000);
    // Whatever was read comes again, in batches with other borders.
    expect(await running.services.control.redeliver({ events: 500, times: 2, shuffleSeed: 1 })).toBeGreaterThan(
      count / 2,
    );
    const { delivered } = (await running.services.control.counts()).events;
    expect(delivered).toBeGreaterThan(count);
    await until('the redelivered', async () => (await received()) >= count + 1_000, 60_000);

    const account = await accountFor(connections, { from, to: await streamEnds(connections.events) });
    expect(account).toMatchObject({ events: count, documents: count, deadLetters: 0, doubled: [], unplaced: [] });
    expect(observer.documents).toHaveLength(count);
    expect(observer.documents.every((seen) => latencyOf(seen) >= 0)).toBe(true);
  } finally {
    await observer.stop();
  }
  const all = await items();
  expect(all.length).toBeLessThan(count / 50);
  expect(new Set(all.flatMap(unpackScores).map(({ id }) => id)).size).toBe(count);
});

test('reconcile finds each of them, and nothing else', async () => {
  const { storage, cosmos: database, events } = twin().twin.connections;
  const options = ['--storage', storage, '--cosmos', database, '--events', events, '--json'];
  const { code, out, err } = await runInProcess(['reconcile', ...options], { twinFolder: '.' });
  expect([code, err]).toEqual([0, '']);
  const { partitions } = JSON.parse(out) as HubAccount;
  expect(partitions.reduce((sum, { documents }) => sum + documents, 0)).toBe(count);
});

test('the last score of each machine is kept beside them', async () => {
  const { database, containers } = cosmos;
  const latest = client.database(database).container(containers.latest.name);
  expect((await latest.items.readAll().fetchAll()).resources).toHaveLength(20);
});
