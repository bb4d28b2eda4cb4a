import { expect, test } from 'vitest';
import { readCheckpoints } from '../../local/chaos/checkpoints.ts';
import { streamEnds, until } from '../../local/demo/demo-events.ts';
import { accountFor } from '../../local/demo/stream-account.ts';
import { noFaults } from '../../local/faults/fault-plan.ts';
import { containers } from '../../src/core/resources.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

const twin = useTwin({ isSupervised: true });
/** The host lets go of what runs after ten seconds; then the app has a moment to end. */
const drainMsMax = 11_000;

test('a host that is told to end while batches wait for a dark sink ends in time, passes nothing over, leaves no warning, and the next one places it all', async () => {
  const { twin: running, producer, blobs } = twin();
  const { control, connections } = running;
  const from = await streamEnds(connections.events);
  const dark = { service: 'cosmos', on: 'writes', fault: { kind: 'status', status: 503 } } as const;
  await control.setFaults({ seed: 1, rules: [dark] });
  const batch = readings(40).map((reading) => ({ body: Buffer.from(JSON.stringify(reading)) }));
  for (const partitionId of ['0', '1', '2', '3']) await producer.sendBatch(batch, { partitionId });
  const inFlightMarkers = async () => {
    const found: string[] = [];
    for await (const { name } of blobs.getContainerClient(containers.inFlight).listBlobsFlat()) found.push(name);
    return found;
  };
  const invocations = async () => (await control.hosts())[0]?.running ?? 0;
  await until('batches in flight', async () => (await invocations()) >= 4, 30_000, 50);

  await until('their markers', async () => (await inFlightMarkers()).length === 4, 10_000, 50);
  const { durationMs, inFlight } = await control.kill('host', 'SIGTERM');
  expect(durationMs).toBeLessThan(drainMsMax);
  expect(inFlight).toBe(4);
  expect([...(await readCheckpoints(connections)).values()]).toEqual([]);
  // Or the next process would take up its first batches as if one had died over them: in small portions.
  expect(await inFlightMarkers()).toEqual([]);

  await control.setFaults(noFaults);
  const account = async () => accountFor(connections, { from, to: await streamEnds(connections.events) });
  await until('all documents', async () => (await account()).documents === 160, 60_000, 250);
  expect(await account()).toMatchObject({ deadLetters: 0, parked: 0, doubled: [], unplaced: [] });
});
