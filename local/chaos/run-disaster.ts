import { exitCodes } from '../../src/cli/usage-error.ts';
import { noFaults } from '../faults/fault-plan.ts';
import type { Disaster, Findings, Size } from './disaster.ts';
import type { EventAccount } from './event-account.ts';
import { type Figure, figureOf } from './figure.ts';
import { runSluice } from './run-sluice.ts';
import { type RunningSystem, Scene } from './scene.ts';

export interface RunOptions {
  readonly seed: number;
  readonly size: Size;
  /** Whether `sluice reconcile` is asked as well, where nobody else uses the twin; it is when absent. */
  readonly isReconciled?: boolean;
  /** How long what was sent may take to its place once everything works again. */
  readonly settleTimeoutMs?: number;
}

const settleTimeoutMsDefault = 120_000;
/** How long parked records may take to their documents: the timer that drains them runs each minute. */
const drainTimeoutMs = 75_000;
const accountEveryMs = 2_000;

/** Lets a disaster happen to a running system, repairs what it broke, and counts where every event has ended. */
export async function runDisaster(disaster: Disaster, system: RunningSystem, options: RunOptions): Promise<Figure> {
  const { seed, size, isReconciled = system.own !== undefined, settleTimeoutMs = settleTimeoutMsDefault } = options;
  const started = performance.now();
  const startedAt = new Date().toISOString();
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
    const disagreement = isReconciled && isSound(account) ? await disagreementOf(system, startedAt) : undefined;
    return figureOf(disaster, { seconds, seed, account, findings, kills: scene.kills, faults, disagreement });
  } finally {
    await repair(system);
    await scene.end();
  }
}

/** An event whose document was changed behind the app's back has two places by design. */
const isSound = ({ lost, doubled, waiting, sent, documents, deadLetters, parked, resent }: EventAccount): boolean =>
  lost.length + doubled.length + waiting.length === 0 && documents + deadLetters + parked === sent + resent.length;

/** What `sluice reconcile` says, which looks at the ledger too, when it finds fault where there is none. */
async function disagreementOf({ folder }: RunningSystem, since: string): Promise<string | undefined> {
  const { code, out, err } = await runSluice(folder, ['reconcile', '--since', since]);
  if (code === exitCodes.done) return undefined;
  return `sluice reconcile ended with ${code}, although every event has its one place: ${(err || out).trim()}`;
}

async function repair({ control }: RunningSystem): Promise<void> {
  await control.setFaults(noFaults);
  await control.delayDeliveries(0);
}
