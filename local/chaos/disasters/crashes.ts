import { containers } from '../../../src/core/resources.ts';
import { type ChaosEvent, withFields } from '../chaos-event.ts';
import { cursedTorques } from '../cursed-values.ts';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

const cursedWorker = new URL('../cursed-worker.ts', import.meta.url).href;
const execArgv = ['--import', cursedWorker];

/** Good events with one in the middle that brings down whatever scores it, all of one batch. */
function withOneCursed(scene: Scene, count: number, torque: number): ChaosEvent[] {
  return [...eventsOf(scene, count)].map((event, i): ChaosEvent => {
    const inBatch = { ...event, partitionId: '0' };
    if (i !== Math.floor(count / 2)) return inBatch;
    return { ...withFields(inBatch, { torque }), expected: 'dead-letter' };
  });
}

export const abortingEvent: Disaster = {
  name: 'crash',
  title: 'An event aborts the process that scores it',
  holds: 'it is a dead letter after two deaths; the others of its batch are scored, and nobody else is blamed',
  full: { events: 256, dose: 1 },
  short: { events: 256, dose: 1 },
  twin: { execArgv },
  async run(scene, { events }) {
    await scene.send(withOneCursed(scene, events, cursedTorques.abort));
    await scene.until(() => scene.areAllScored(), 90_000);
    return blameOf(scene);
  },
};

export const hangingEvent: Disaster = {
  name: 'D5-hang',
  title: 'An event makes the thread that scores it hang for ever',
  holds: 'the others of its batch are scored, although the host moves the checkpoint after its timeout',
  full: { events: 256, dose: 1 },
  short: { events: 256, dose: 1 },
  twin: { execArgv, hostOverrides: { functionTimeout: '00:00:10' } },
  async run(scene, { events }) {
    await scene.send(withOneCursed(scene, events, cursedTorques.hang));
    await scene.until(() => scene.areAllScored(), 90_000);
    return blameOf(scene);
  },
};

/** The cursed event's dead letter comes after the documents of its neighbours, and must give the reason. */
async function blameOf(scene: Scene) {
  const container = scene.blobs.getContainerClient(containers.deadLetters);
  const reasons = async () => {
    const found: string[] = [];
    for await (const { name } of container.listBlobsFlat()) found.push(name.split('/')[0] ?? '');
    return found;
  };
  await scene.until(async () => (await reasons()).length > 0, 60_000);
  const deaths = scene.system.own?.log.filter(({ message }) => /^The worker process \d+ died/.test(message)).length;
  const found = (await reasons()).join(', ') || 'none';
  return {
    ...(deaths === undefined ? {} : { values: { deaths } }),
    failures: found === 'model.crashed' ? [] : [`Dead letters: ${found}; there should be one, model.crashed.`],
  };
}
