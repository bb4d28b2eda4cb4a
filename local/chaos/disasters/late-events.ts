import type { ChaosEvent } from '../chaos-event.ts';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

const dayMs = 86_400_000;

export const lateEvents: Disaster = {
  name: 'D15',
  title: 'The same readings again, out of order, late, and by clocks a day before or behind',
  holds: 'a score follows from the reading alone, not from when or beside what it came',
  full: { events: 10_000, dose: 1 },
  short: { events: 600, dose: 1 },
  async run(scene, { events }) {
    const inOrder = [...eventsOf(scene, events)];
    await scene.send(inOrder);
    await scene.send(shuffled(inOrder, scene).map((event) => lateCopy(event, scene)));
    await scene.until(() => scene.areAllScored(), 60_000);
    const different = await differentScores(scene);
    return { failures: different > 0 ? [`${different} readings have two scores.`] : [] };
  },
};

function lateCopy(event: ChaosEvent, { random }: Scene): ChaosEvent {
  const skewMs = (2 * random.uniform() - 1) * dayMs;
  return {
    ...event,
    id: `${event.id}-late`,
    annotations: {
      'iothub-connection-device-id': event.key,
      'iothub-message-source': 'Telemetry',
      'iothub-enqueuedtime': new Date(Date.now() + skewMs),
    },
  };
}

function shuffled(events: readonly ChaosEvent[], { random }: Scene): ChaosEvent[] {
  return events
    .map((event) => ({ event, place: random.uniform() }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ event }) => event);
}

/** Readings whose copies have other scores. */
async function differentScores(scene: Scene): Promise<number> {
  const sent = await scene.sentByPosition();
  const query = 'SELECT c.source, c.outputs FROM c';
  const stored = scene.documents.items.query<{
    source: { partition: string; sequence: number };
    outputs: object;
  }>(query, { maxItemCount: 1_000 });
  const scores = new Map<string, Set<string>>();
  for (const { source, outputs } of (await stored.fetchAll()).resources) {
    const reading = sent.get(`${source.partition}/${source.sequence}`)?.body.toString();
    if (reading === undefined) continue;
    scores.set(reading, (scores.get(reading) ?? new Set()).add(JSON.stringify(outputs)));
  }
  return [...scores.values()].filter((different) => different.size > 1).length;
}
