import { setTimeout as delay } from 'node:timers/promises';
import type { KillSignal, Victim } from '../control/twin-control.ts';
import { type ChaosEvent, goodEvents } from './chaos-event.ts';
import type { Size } from './disaster.ts';
import type { Scene } from './scene.ts';

export type Blow = readonly [victim: Victim, signal: KillSignal];

/** What is sent and not yet scored at most: enough that every partition always has a next batch. */
const aheadMax = 6_000;
/** Answers of the database take a little, so that a kill hardly ever finds nothing under way. */
const answerMs = [10, 60] as const;
/** A blow falls in this first part of its stretch, or the work might be over before. */
const blowsWithin = 0.8;
const jitterMsMax = 200;
const stalledMs = 60_000;

/**
 * Sends events and strikes blows while they are worked on, each at a random instant of the stretch of work that is its own:
 * what was struck has been at work again before the next blow falls.
 */
export async function strikeAlong(
  scene: Scene,
  { events, dose: times }: Size,
  blow: (round: number) => Blow,
): Promise<void> {
  await scene.setFaults({ service: 'cosmos', fault: { kind: 'slow', delayMs: answerMs }, on: 'writes' });
  const sending = scene.sendInStep(eventsOf(scene, events), aheadMax);
  sending.catch(() => {});
  for (let round = 0; round < times; round++) {
    const scored = Math.floor((events * (round + blowsWithin * scene.random.uniform())) / times);
    await scene.until(async () => (await scene.scored()) >= scored, stalledMs, 20);
    await delay(jitterMsMax * scene.random.uniform());
    await untilAtWork(scene);
    // Somewhere within an invocation, not always at its start; the one seen may be over by then.
    await delay(answerMs[1] * scene.random.uniform());
    await untilAtWork(scene);
    await scene.kill(...blow(round));
  }
  await sending;
}

async function untilAtWork(scene: Scene): Promise<void> {
  await scene.until(async () => (await scene.control.hosts()).some(({ running }) => running > 0), 2_000, 2);
}

/** Good events of one scene. */
export const eventsOf = ({ seed }: Scene, count: number, machines = 40): Generator<ChaosEvent> =>
  goodEvents({ count, seed, machines, prefix: `chaos-${seed}` });

/** A kill that meets an idle process shows nothing: so many of a hundred have to hit an invocation. */
const hitsMin = 0.8;

/** What is wrong with the blows themselves. */
export function blowFailures({ kills }: Scene): string[] {
  const hits = kills.filter(({ inFlight }) => inFlight > 0).length;
  if (hits >= Math.floor(hitsMin * kills.length)) return [];
  return [`Only ${hits} of ${kills.length} kills hit an invocation in flight.`];
}
