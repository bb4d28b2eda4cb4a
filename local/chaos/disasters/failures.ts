import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import type { Scene } from '../scene.ts';

export const throwingHandler: Disaster = {
  name: 'D4',
  title: 'The handler fails at first in a part of the batches: their writes are refused',
  holds: 'at no moment is an event behind the checkpoint without its place',
  full: { events: 20_000, dose: 5 },
  short: { events: 2_000, dose: 1 },
  /** `dose` is how often the account is taken in the middle. */
  async run(scene, { events, dose: looks }) {
    // A batch holds about a dozen requests, each of which may make it fail.
    await scene.setFaults({ service: 'cosmos', fault: { kind: 'status', status: 449 }, on: 'writes', share: 0.05 });
    const sending = scene.sendInStep(eventsOf(scene, events), 4_000);
    sending.catch(() => {});
    let lost = 0;
    for (let look = 1; look <= looks; look++) {
      const scored = (events * look) / (looks + 1);
      await scene.until(async () => (await scene.scored()) >= scored, 60_000);
      lost = Math.max(lost, (await scene.account()).lost.length);
    }
    await sending;
    const [refusals] = await scene.control.faultCounts();
    const failures = lost > 0 ? [`In the middle of it ${lost} events were behind the checkpoint without a place.`] : [];
    if (refusals?.struck === 0) failures.push('No request was refused.');
    return { failures };
  },
};

export const hangingSink: Disaster = {
  name: 'D5',
  title: 'A request to Cosmos DB is never answered, longer than a function may run',
  holds: 'no invocation runs into its timeout',
  full: { events: 5_000, dose: 10 },
  short: { events: 500, dose: 1 },
  // Above what the app gives one attempt, as in host.json, but nobody waits here for ten minutes.
  twin: { hostOverrides: { functionTimeout: '00:02:00' } },
  /** `dose` is the number of requests that hang. */
  async run(scene, { events, dose: hanging }) {
    const everMs = 600_000;
    await scene.setFaults({
      service: 'cosmos',
      fault: { kind: 'slow', delayMs: [everMs, everMs] },
      on: 'writes',
      share: 0.2,
      times: hanging,
    });
    await scene.send(eventsOf(scene, events));
    await scene.until(() => scene.areAllScored(), 180_000);
    return { failures: timeouts(scene) };
  },
};

/** What the log says of timeouts. */
function timeouts({ system }: Scene): string[] {
  const count = (system.own?.log ?? []).filter(({ message }) => /^Timeout value of/.test(message)).length;
  return count === 0 ? [] : [`${count} invocations ran into their timeout.`];
}
