import type { Disaster } from '../disaster.ts';
import { type Blow, blowFailures, strikeAlong } from '../kill-plan.ts';

const drainMsMax = 10_000;

export const workerKills: Disaster = {
  name: 'D1',
  title: 'The worker is killed with SIGKILL, again and again',
  holds: 'at least 8 of 10 kills hit an invocation in flight',
  full: { events: 100_000, dose: 50 },
  short: { events: 4_000, dose: 3 },
  async run(scene, size) {
    await strikeAlong(scene, size, () => ['worker', 'SIGKILL']);
    return { failures: blowFailures(scene), notes: await restarts(scene.control) };
  },
};

export const hostKills: Disaster = {
  name: 'D2',
  title: 'The host is killed with SIGKILL, again and again, and a supervisor starts it again',
  holds: 'at least 8 of 10 kills hit an invocation in flight',
  full: { events: 100_000, dose: 50 },
  short: { events: 2_000, dose: 1 },
  async run(scene, size) {
    await strikeAlong(scene, size, () => ['host', 'SIGKILL']);
    return { failures: blowFailures(scene), notes: await restarts(scene.control) };
  },
};

export const terminations: Disaster = {
  name: 'D3',
  title: 'The host is told to end (SIGTERM), as on scale-in or an update',
  holds: `each drain takes at most ${drainMsMax / 1000} s`,
  full: { events: 40_000, dose: 20 },
  short: { events: 3_000, dose: 2 },
  async run(scene, size) {
    await strikeAlong(scene, size, () => ['host', 'SIGTERM']);
    return { ...drains(scene.kills), notes: await restarts(scene.control) };
  },
};

export const mixedKills: Disaster = {
  name: 'D3-mixed',
  title: 'SIGKILL of worker and host and SIGTERM of the host, in random turns',
  holds: `each drain takes at most ${drainMsMax / 1000} s`,
  full: { events: 40_000, dose: 20 },
  short: { events: 3_000, dose: 3 },
  async run(scene, size) {
    const blows: readonly Blow[] = [
      ['worker', 'SIGKILL'],
      ['host', 'SIGTERM'],
      ['host', 'SIGKILL'],
    ];
    await strikeAlong(scene, size, () => blows[Math.floor(scene.random.uniform() * blows.length)]!);
    return { ...drains(scene.kills), notes: await restarts(scene.control) };
  },
};

type Kills = Parameters<typeof blowFailures>[0]['kills'];

function drains(kills: Kills) {
  const slowestMs = Math.max(0, ...kills.filter(({ signal }) => signal === 'SIGTERM').map((kill) => kill.durationMs));
  return {
    values: { drainMsMax: Math.round(slowestMs) },
    // Another second goes by until the process is gone.
    failures: slowestMs <= drainMsMax + 1_000 ? [] : [`A drain took ${Math.round(slowestMs)} ms.`],
  };
}

async function restarts(control: { hosts(): Promise<readonly { readonly starts: number }[]> }): Promise<string[]> {
  const starts = (await control.hosts()).reduce((sum, host) => sum + host.starts - 1, 0);
  return starts === 0 ? [] : [`The host was started again ${starts} times since its first start.`];
}
