/**
 * What no app can help: the host moves its checkpoint over a batch that it had to give up, so that what a frozen worker held
 * is lost. Then at least every single event of it must be named.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Disaster } from '../../../local/chaos/disaster.ts';
import { eventsOf } from '../../../local/chaos/kill-plan.ts';
import { startOwnTwin } from '../../../local/chaos/own-twin.ts';
import { runDisaster } from '../../../local/chaos/run-disaster.ts';
import { runSluice } from '../../../local/chaos/run-sluice.ts';
import { readPositions } from '../../../src/core/ledger/positions.ts';
import type { HubAccount } from '../../../src/scoring/reconcile/reconcile.ts';

/** An attempt has a fifth of it: enough for the few events here, also on a machine that is busy. */
const timeoutMs = 10_000;

const frozenWorker: Disaster = {
  name: 'frozen',
  title: 'The worker stands still (SIGSTOP) until the host gives up its invocations',
  holds: 'nothing',
  full: { events: 600, dose: 1 },
  short: { events: 600, dose: 1 },
  async run(scene, { events }) {
    // Many devices make many requests of a batch: when the worker freezes, some of them are not even sent.
    await scene.setFaults({ service: 'cosmos', fault: { kind: 'slow', delayMs: [400, 600] }, on: 'writes' });
    const all = [...eventsOf(scene, events, 1_000)];
    await scene.send(all.slice(0, events / 2));
    await scene.until(async () => (await scene.scored()) > 0, 30_000, 20);
    await scene.kill('worker', 'SIGSTOP');
    await delay(timeoutMs + 1_000);
    await scene.setFaults();
    // The ledger tells of a gap once something has come after it.
    await scene.send(all.slice(events / 2));
    return {};
  },
};

// On a busy machine the host may be late to renew its hold on the partitions; what it takes anew is delivered again, not lost.
test('a worker frozen for longer than a function may run loses what it held, and sluice reconcile names each event', {
  retry: 2,
  timeout: 240_000,
}, async () => {
  const twin = await startOwnTwin({ hostOverrides: { functionTimeout: '00:00:10' } });
  onTestFinished(() => twin.close());
  const figure = await runDisaster(frozenWorker, twin, { seed: 1, size: frozenWorker.short });
  process.stdout.write(`${JSON.stringify(figure)}\n`);
  expect(figure.lost).toBeGreaterThan(0);
  const { code, out } = await runSluice(twin.folder, ['reconcile', '--json']);
  const { partitions } = JSON.parse(out) as HubAccount;
  const named = partitions.flatMap(({ gaps }) => readPositions(gaps.join(','))?.events ?? []);
  expect([code, named.reduce((sum, [from, to]) => sum + to - from + 1, 0)]).toEqual([1, figure.lost]);
});
