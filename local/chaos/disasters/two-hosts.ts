import { setTimeout as delay } from 'node:timers/promises';
import { eventHubs } from '../../../src/core/resources.ts';
import { readOwnership } from '../checkpoints.ts';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

const { partitions } = eventHubs.telemetry;
const killEveryMs = 10_000;
const balancedMsMax = 30_000;
const eventsPerSecond = 500;

export const twoHosts: Disaster = {
  name: 'two-hosts',
  title: `Two hosts share the stream; one is killed and brought back every ${killEveryMs / 1000} s`,
  holds: `the partitions are shared evenly at most ${balancedMsMax / 1000} s after the last return`,
  full: { events: 60_000, dose: 120 },
  short: { events: 2_000, dose: 4 },
  // The only disaster that needs a second host, which its twin keeps until it ends.
  twin: {},
  /** `dose` is how long it goes on, in s. */
  async run(scene, { events, dose: seconds }) {
    const second = await scene.control.addHost();
    await isBalanced(scene, balancedMsMax);
    const sending = scene.send(eventsOf(scene, events), { eventsPerSecond });
    sending.catch(() => {});
    const rounds = Math.max(1, Math.floor((1000 * seconds) / killEveryMs));
    for (let round = 0; round < rounds; round++) {
      await delay(Math.min(killEveryMs, 1000 * seconds));
      await scene.kill('host', 'SIGKILL', second);
    }
    await scene.until(async () => (await scene.control.hosts()).every(({ isUp }) => isUp), 30_000);
    const balancedMs = await isBalanced(scene, 2 * balancedMsMax);
    await sending;
    return {
      values: { balancedMs: Math.round(balancedMs) },
      failures:
        balancedMs <= balancedMsMax
          ? []
          : [`The partitions were not shared evenly after ${Math.round(balancedMs)} ms.`],
    };
  },
};

/** Milliseconds until each of two hosts says that it owns half of the partitions. */
async function isBalanced(scene: Scene, timeoutMs: number): Promise<number> {
  const started = performance.now();
  // Blob storage tells times in whole seconds.
  const since = new Date(1_000 * Math.ceil(Date.now() / 1_000));
  await scene.until(async () => {
    const owned = await readOwnership(scene.system.connections, since);
    return owned.length === 2 && owned[0] === partitions / 2 && owned[1] === partitions / 2;
  }, timeoutMs);
  return performance.now() - started;
}
