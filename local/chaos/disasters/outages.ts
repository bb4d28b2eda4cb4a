import { setTimeout as delay } from 'node:timers/promises';
import { containers } from '../../../src/core/resources.ts';
import type { Darkness } from '../../faults/outage.ts';
import { withFields } from '../chaos-event.ts';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import { usageOf } from '../process-usage.ts';
import type { Scene } from '../scene.ts';

const growthBytesMax = 50 * 2 ** 20;
const resumeMsMax = 5_000;
const eventsPerSecond = 500;
/** Scored at most before anything is measured: a young process grows by itself. */
const warmUpEventsMax = 3_000;

const darkCosmos = (name: string, how: Darkness): Disaster => ({
  name,
  title: `Cosmos DB is dark: ${how === 'cut' ? 'connections are made and cut' : 'nobody listens'}`,
  holds: `the worker grows by less than ${growthBytesMax / 2 ** 20} MB, and goes on at most ${resumeMsMax / 1000} s after the return`,
  full: { events: 30_000, dose: 60 },
  short: { events: 1_500, dose: 3 },
  /** `dose` is the length of the darkness in s. */
  async run(scene, { events, dose: seconds }) {
    const warmUpEvents = Math.min(events, warmUpEventsMax);
    const all = [...eventsOf(scene, events + warmUpEvents)];
    await scene.send(all.slice(0, warmUpEvents));
    await scene.until(() => scene.areAllScored(), 60_000);
    const sending = scene.send(all.slice(warmUpEvents), { eventsPerSecond });
    await delay(500);
    const before = await residentOf(scene);
    await scene.control.goDark('cosmos', 1000 * seconds, how);
    const watched = await watchMemory(scene, 1000 * seconds);
    const resumedMs = await resumed(scene);
    await sending;
    return verdictOf(watched - before, resumedMs);
  },
});

export const cutCosmos = darkCosmos('D12', 'cut');
export const refusingCosmos = darkCosmos('D12-refused', 'refuse');

async function residentOf(scene: Scene): Promise<number> {
  const [host] = await scene.control.hosts();
  return usageOf(host?.workerPid ?? 0)?.residentBytes ?? Number.NaN;
}

/** The largest memory of the worker during so many ms. */
async function watchMemory(scene: Scene, durationMs: number): Promise<number> {
  const end = performance.now() + durationMs;
  let largest = 0;
  while (performance.now() < end) {
    largest = Math.max(largest, await residentOf(scene));
    await delay(Math.min(500, Math.max(0, end - performance.now())));
  }
  return largest;
}

/** Milliseconds until the next document. */
async function resumed(scene: Scene): Promise<number> {
  const started = performance.now();
  const before = await scene.scored();
  await scene.until(async () => (await scene.scored()) > before, 60_000, 20);
  return performance.now() - started;
}

function verdictOf(growthBytes: number, resumedMs: number) {
  const growthMb = Math.round(growthBytes / 2 ** 20);
  return {
    values: { growthMb, resumedMs: Math.round(resumedMs) },
    failures: [
      // Where the system does not tell, the growth is no number.
      ...(growthBytes > growthBytesMax ? [`The worker grew by ${growthMb} MB.`] : []),
      ...(resumedMs > resumeMsMax ? [`The first document came ${Math.round(resumedMs)} ms after the return.`] : []),
    ],
  };
}

/** So long after the outage was to end it goes on for the log to say a word of it. */
const wordMsMax = 40_000;

export const darkDeadLetters: Disaster = {
  name: 'D22',
  title: 'The store of dead letters is down while poison events come',
  holds: 'no checkpoint passes a poison event before its dead letter is stored, and the log says what is wrong',
  full: { events: 5_000, dose: 20 },
  short: { events: 500, dose: 4 },
  /** `dose` is the length of the outage in s, at least; one event in 50 is poison. */
  async run(scene, { events, dose: seconds }) {
    const all = [...eventsOf(scene, events)].map((event, i) =>
      i % 50 === 0 ? { ...withFields(event, { torque: -3 }), expected: 'dead-letter' as const } : event,
    );
    await scene.setFaults({
      service: 'blob',
      fault: { kind: 'status', status: 503 },
      on: 'writes',
      container: containers.deadLetters,
    });
    await scene.send(all);
    const errors = () =>
      scene.system.own?.log.filter(({ level, message }) => level !== 'information' && /storage/i.test(message));
    const end = performance.now() + 1000 * seconds;
    let lost = 0;
    // The client of the store has patience of its own: only then the app hears of it.
    while (performance.now() < end || (errors()?.length === 0 && performance.now() < end + wordMsMax)) {
      await delay(1_000);
      lost = Math.max(lost, (await scene.account()).lost.length);
    }
    const said = errors()?.length;
    return {
      ...(said !== undefined && { values: { errorLines: said } }),
      failures: [
        ...(lost > 0 ? [`While the store was down the checkpoint passed ${lost} events without a place.`] : []),
        ...(said === 0 ? ['The log has no word of the store that is down.'] : []),
      ],
    };
  },
};
