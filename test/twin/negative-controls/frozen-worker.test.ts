/**
 * What no app can help: the host moves its checkpoint over a batch that it had to give up, so that what a frozen worker held
 * is lost. Then at least every single event of it must be named.
 */
import { expect, onTestFinished, test } from 'vitest';
import type { Disaster } from '../../../local/chaos/disaster.ts';
import { eventsOf } from '../../../local/chaos/kill-plan.ts';
import { startOwnTwin } from '../../../local/chaos/own-twin.ts';
import { runDisaster } from '../../../local/chaos/run-disaster.ts';
import { runSluice } from '../../../local/chaos/run-sluice.ts';
import type { Scene } from '../../../local/chaos/scene.ts';
import { readPositions } from '../../../src/core/ledger/positions.ts';
import type { HubAccount } from '../../../src/scoring/reconcile/reconcile.ts';

const hostOverrides = {
  // An attempt has a fifth of it: enough for the few events here, also on a machine that is busy.
  functionTimeout: '00:00:10',
  // A busy host that is late to renew its hold on a partition would take it anew, and have delivered again what is to be lost.
  extensions__eventHubs__partitionOwnershipExpirationInterval: '00:05:00',
};
/** A timeout and the patience of a busy machine. */
const givenUpMsMax = 60_000;

const frozenWorker: Disaster = {
  name: 'frozen',
  title: 'The worker stands still (SIGSTOP) until the host gives up its invocations',
  holds: 'nothing',
  full: { events: 600, dose: 1 },
  short: { events: 600, dose: 1 },
  async run(scene, { events }) {
    const all = [...eventsOf(scene, events)];
    const third = events / 3;
    await scene.send(all.slice(0, third));
    await scene.until(() => scene.areAllScored(), 30_000);
    // The worker freezes over batches of which nothing is written yet.
    await scene.setFaults({ service: 'cosmos', fault: { kind: 'status', status: 503 }, on: 'writes' });
    await scene.send(all.slice(third, 2 * third));
    await scene.until(() => isAtWork(scene), 30_000, 5);
    await scene.kill('worker', 'SIGSTOP');
    const isGivenUp = async () => timeouts(scene) > 0;
    if (!(await scene.until(isGivenUp, givenUpMsMax))) return { failures: ['The host gave no invocation up.'] };
    await scene.setFaults();
    // The ledger tells of a gap once something has come after it.
    await scene.send(all.slice(2 * third));
    return {};
  },
};

async function isAtWork({ control }: Scene): Promise<boolean> {
  const [refusals] = await control.faultCounts();
  return (refusals?.struck ?? 0) > 0 && (await control.hosts()).some(({ running }) => running > 0);
}

/** Invocations that the host gave up, as its log says. */
const timeouts = ({ system }: Scene): number =>
  (system.own?.log ?? []).filter(({ message }) => message.startsWith('Timeout value of')).length;

test('a worker frozen for longer than a function may run loses what it held, and sluice reconcile names each event', {
  timeout: 240_000,
}, async () => {
  const twin = await startOwnTwin({ hostOverrides });
  onTestFinished(() => twin.close());
  const figure = await runDisaster(frozenWorker, twin, { seed: 1, size: frozenWorker.short });
  process.stdout.write(`${JSON.stringify(figure)}\n`);
  expect(figure.lost).toBeGreaterThan(0);
  const { code, out } = await runSluice(twin.folder, ['reconcile', '--json']);
  const { partitions } = JSON.parse(out) as HubAccount;
  const named = partitions.flatMap(({ gaps }) => readPositions(gaps.join(','))?.events ?? []);
  expect([code, named.reduce((sum, [from, to]) => sum + to - from + 1, 0)]).toEqual([1, figure.lost]);
});
