import { expect, test } from 'vitest';
import { readCheckpoints } from '../../local/chaos/checkpoints.ts';
import { until } from '../../local/demo/demo-events.ts';
import { noFaults } from '../../local/faults/fault-plan.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

const twin = useTwin();

test('while a dead letter cannot be stored its batch is not passed over, loudly; afterwards it is there, and the stream goes on', async () => {
  const { twin: running, producer, sideTracked, log } = twin();
  const { control, connections } = running;
  const checkpoint = async () => (await readCheckpoints(connections)).get('0');
  await control.setFaults({
    seed: 1,
    rules: [{ service: 'blob', container: 'dead-letters', on: 'writes', fault: { kind: 'status', status: 503 } }],
  });
  const bodies = [...readings(20).map((reading) => JSON.stringify(reading)), '{"torque": '];
  await producer.sendBatch(
    bodies.map((body) => ({ body: Buffer.from(body) })),
    { partitionId: '0' },
  );
  const failures = () => log.filter(({ level, message }) => level === 'error' && /blob storage/.test(message));
  // The batch fails and comes again: the third attempt shows that it goes on doing so.
  await until('two failed attempts', () => failures().length >= 2, 100_000, 250);
  expect(failures()[0]?.message).toContain('dead-letters/json.malformed/');
  expect(await checkpoint()).toBeUndefined();
  expect((await sideTracked('deadLetters')).size).toBe(0);

  await control.setFaults(noFaults);
  await until('the checkpoint', async () => (await checkpoint()) !== undefined, 60_000, 250);
  expect([...(await sideTracked('deadLetters')).keys()]).toEqual([expect.stringMatching(/^json\.malformed\//)]);
  expect((await sideTracked('parked')).size).toBe(0);
}, 180_000);
