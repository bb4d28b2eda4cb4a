import { setTimeout as delay } from 'node:timers/promises';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

const aheadMax = 4_000;

/** What a broker may do to its clients, in turn. */
const blows: readonly ((scene: Scene) => Promise<unknown>)[] = [
  ({ control }) => control.cutConnections(),
  ({ control }) => control.cutLinks(),
  ({ control }) => control.stealPartitions(),
  ({ control, seed }) => control.redeliver({ events: 300, times: 2, shuffleSeed: seed }),
  async ({ control }) => {
    await control.delayDeliveries(400);
    await delay(1_000);
    await control.delayDeliveries(0);
  },
  ({ control }) => control.goDark('events', 1_500, 'refuse'),
];

export const brokerFaults: Disaster = {
  name: 'broker',
  title: 'Event Hubs cuts connections and links, moves partitions, delivers twice and late, and is dark for moments',
  holds: 'nothing else',
  full: { events: 40_000, dose: 24 },
  short: { events: 3_000, dose: 6 },
  /** `dose` is the number of blows. */
  async run(scene, { events, dose: rounds }) {
    const sending = scene.sendInStep(eventsOf(scene, events), aheadMax);
    sending.catch(() => {});
    for (let round = 0; round < rounds; round++) {
      const scored = Math.floor((events * (round + scene.random.uniform())) / rounds);
      await scene.until(async () => (await scene.scored()) >= scored, 60_000, 20);
      await blows[round % blows.length]!(scene);
    }
    await sending;
    return { values: { blows: rounds } };
  },
};
