import { expect, test } from 'vitest';
import { cursedTorques } from '../../local/chaos/cursed-values.ts';
import { streamEnds, until } from '../../local/demo/demo-events.ts';
import { accountFor } from '../../local/demo/stream-account.ts';
import type { InFlight } from '../../src/core/in-flight.ts';
import { containers } from '../../src/core/resources.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

// The app is as it is; its worker's ONNX Runtime has a fault: a run over one certain value aborts the process.
const execArgv = ['--import', new URL('../../local/chaos/cursed-worker.ts', import.meta.url).href];
const twin = useTwin({ execArgv, isSupervised: true });

test('an event that aborts the process is a dead letter after two deaths alone; all others are scored, nobody else is blamed', async () => {
  const { twin: running, producer, sideTracked, log, blobs } = twin();
  const { connections } = running;
  const from = await streamEnds(connections.events);
  const batches = Array.from({ length: 4 }, (_, i) => readings(1024).slice(256 * i, 256 * (i + 1)));
  const [cursed] = batches[3]!.splice(100, 1);
  for (const partitionId of ['0', '1']) {
    for (const batch of batches) {
      const bodies = [...batch] as object[];
      if (batch === batches[3] && partitionId === '0')
        bodies.splice(100, 0, { ...cursed, torque: cursedTorques.abort });
      await producer.sendBatch(
        bodies.map((body) => ({ body: Buffer.from(JSON.stringify(body)) })),
        { partitionId },
      );
    }
  }
  const account = async () => accountFor(connections, { from, to: await streamEnds(connections.events) });
  await until('all places', async () => (await account()).unplaced.length === 0, 100_000, 500);
  expect(await account()).toMatchObject({ events: 2047, documents: 2046, deadLetters: 1, parked: 0, doubled: [] });
  const [letter] = [...(await sideTracked('deadLetters')).values()].map((text) => JSON.parse(text));
  expect(letter).toMatchObject({
    reason: 'model.crashed',
    source: { partition: '0', sequence: (from.get('0') ?? 0) + 3 * 256 + 100 },
    body: JSON.stringify({ ...cursed, torque: cursedTorques.abort }),
  });
  const deaths = log.filter(({ message }) => /^The worker process \d+ died/.test(message)).length;
  expect(deaths).toBeLessThanOrEqual(4);

  // What told of the deaths is taken away with the batch.
  const markers = async () => {
    const container = blobs.getContainerClient(containers.inFlight);
    const found: InFlight[] = [];
    for await (const { name } of container.listBlobsFlat()) {
      found.push(JSON.parse((await container.getBlobClient(name).downloadToBuffer()).toString()));
    }
    return found;
  };
  // That processes had just begun when they died is known for a few batches more; it blames nobody.
  const isForgotten = ({ died, deaths }: InFlight) =>
    died.every(({ to }) => to === undefined) && !Object.keys(deaths)[0];
  await until('no warnings', async () => (await markers()).every(isForgotten), 10_000, 250);
}, 150_000);
