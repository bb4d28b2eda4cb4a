import { noFaults } from '../faults/fault-plan.ts';
import type { Disaster, Findings, Size } from './disaster.ts';
import { type Figure, figureOf } from './figure.ts';
import { type RunningSystem, Scene } from './scene.ts';

export interface RunOptions {
  readonly seed: number;
  readonly size: Size;
  /** How long what was sent may take to its place once everything works again. */
  readonly settleTimeoutMs?: number;
}

const settleTimeoutMsDefault = 120_000;
/** How long parked records may take to their documents. */
const drainTimeoutMs = 45_000;
const accountEveryMs = 2_000;

/** Lets a disaster happen to a running system, repairs what it broke, and counts where every event has ended. */
export async function runDisaster(disaster: Disaster, system: RunningSystem, options: RunOptions): Promise<Figure> {
  const { seed, size, settleTimeoutMs = settleTimeoutMsDefault } = options;
  const started = performance.now();
  const scene = await Scene.begin(system, seed);
  try {
    const findings: Findings = await disaster.run(scene, size);
    const faults = await system.control.faultCounts();
    await repair(system);
    const isSettled = async () => (await scene.areAllScored()) || (await scene.isAllPassed());
    await scene.until(isSettled, settleTimeoutMs);
    // What is no document may be on its way to a dead letter, or parked and about to be drained.
    let account = await scene.account();
    const isEnded = async () => {
      account = await scene.account();
      return account.waiting.length === 0 && account.parked === 0;
    };
    if (account.waiting.length > 0 || account.parked > 0) await scene.until(isEnded, drainTimeoutMs, accountEveryMs);
    const seconds = (performance.now() - started) / 1000;
    return figureOf(disaster, { seconds, seed, account, findings, kills: scene.kills, faults });
  } finally {
    await repair(system);
    await scene.end();
  }
}

async function repair({ control }: RunningSystem): Promise<void> {
  await control.setFaults(noFaults);
  await control.delayDeliveries(0);
}
