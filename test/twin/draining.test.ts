import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { streamEnds, until } from '../../local/demo/demo-events.ts';
import { accountFor } from '../../local/demo/stream-account.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

// Nobody has said yet which model scores the stream.
const twin = useTwin({ routes: { streams: [] }, settings: { SLUICE_DRAIN_SCHEDULE: '*/2 * * * * *' } });

test('what was parked while nothing could score it drains by itself once something can, and the status tells how long it waited', async () => {
  const { twin: running, producer, sideTracked, models } = twin();
  const { connections, url } = running;
  const from = await streamEnds(connections.events);
  const bodies = [...readings(20).map((reading) => JSON.stringify(reading)), JSON.stringify(readings(3)), 'nope'];
  const events = bodies.map((body) => ({ body: Buffer.from(body) }));
  await producer.sendBatch(events, { partitionId: '0' });
  await until('parked events', async () => (await sideTracked('parked')).size === bodies.length, 100_000, 500);
  const status = async () => (await (await fetch(`${url}/status`)).json()) as { parked?: object };
  await until('the status', async () => 'oldestSeconds' in ((await status()).parked ?? {}), 20_000, 500);
  expect((await status()).parked).toEqual({
    records: bodies.length,
    oldestAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    oldestSeconds: expect.any(Number),
  });

  await writeFile(
    join(models, 'routes.json'),
    JSON.stringify({ streams: [{ hub: 'telemetry', model: 'machine-failure' }] }),
  );
  await until('an empty container', async () => (await sideTracked('parked')).size === 0, 60_000, 250);
  expect(await accountFor(connections, { from, to: await streamEnds(connections.events) })).toMatchObject({
    documents: 23,
    deadLetters: 1,
    parked: 0,
    unplaced: [],
  });
  await until(
    'the status',
    async () => (await status()).parked !== undefined && !('oldestAt' in (await status()).parked!),
    20_000,
    500,
  );
}, 200_000);
