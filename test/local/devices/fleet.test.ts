import { afterEach, expect, test } from 'vitest';
import { type FleetEvent, makeFleet } from '../../../local/devices/fleet.ts';
import { pacedBatches } from '../../../local/devices/paced-batches.ts';

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});
function stopper(): AbortController {
  const stop = new AbortController();
  stops.push(stop);
  return stop;
}

test('machines report in turn, and an event carries the reading without the truth', () => {
  const events = makeFleet({ machines: 3, seed: 1, eventsPerSecond: 1 }).take(7);
  expect(events.map(({ partitionKey }) => partitionKey)).toEqual(
    [1, 2, 3, 1, 2, 3, 1].map((number) => `machine-${number}`),
  );
  for (const { event, observation } of events) {
    expect(event.contentType).toBe('application/json');
    expect(JSON.parse(event.body.toString())).toEqual(observation.reading);
    expect(Object.keys(observation.reading)).not.toContain('fired');
  }
});

test('the same seed gives the same bytes, however they are taken', () => {
  const options = { machines: 5, seed: 9, eventsPerSecond: 1 };
  const bodiesOf = (events: readonly FleetEvent[]) => events.map(({ event }) => event.body.toString());
  const pieces = makeFleet(options);
  expect(bodiesOf([...pieces.take(3), ...pieces.take(0), ...pieces.take(17)])).toEqual(
    bodiesOf(makeFleet(options).take(20)),
  );
});

test('batches keep to the rate, whatever the timer does', async () => {
  const { signal } = stopper();
  const fleet = makeFleet({ machines: 10, seed: 1, eventsPerSecond: 5_000 });
  const start = performance.now();
  let events = 0;
  let batches = 0;
  for await (const batch of pacedBatches(fleet, { signal, intervalMs: 20 })) {
    events += batch.length;
    batches += 1;
    if (batches === 15) break;
  }
  const due = ((performance.now() - start) / 1000) * 5_000;
  expect(events).toBeGreaterThan(due * 0.9);
  expect(events).toBeLessThanOrEqual(due);
});

test('a rate of less than one event an interval is kept too', async () => {
  const { signal } = stopper();
  const fleet = makeFleet({ machines: 1, seed: 1, eventsPerSecond: 20 });
  const start = performance.now();
  let events = 0;
  for await (const batch of pacedBatches(fleet, { signal, intervalMs: 5 })) {
    events += batch.length;
    if (events >= 5) break;
  }
  expect(performance.now() - start).toBeGreaterThanOrEqual(249);
});

test('a rate that is set later counts from then on; 0 is a pause', async () => {
  const { signal } = stopper();
  const fleet = makeFleet({ machines: 1, seed: 1, eventsPerSecond: 0 });
  const first = pacedBatches(fleet, { signal, intervalMs: 5 }).next();
  setImmediate(() => {
    fleet.eventsPerSecond = 1_000;
  });
  expect((await first).value!.length).toBeGreaterThan(0);
});

test('a slow caller gets no more than one full batch afterwards', async () => {
  const { signal } = stopper();
  const fleet = makeFleet({ machines: 1, seed: 1, eventsPerSecond: 100_000 });
  const batches = pacedBatches(fleet, { signal, intervalMs: 20, batchEventsMax: 50 });
  expect((await batches.next()).value).toHaveLength(50);
  expect((await batches.next()).value).toHaveLength(50);
});

test('the signal ends the batches in the middle of a wait', async () => {
  const stop = stopper();
  const fleet = makeFleet({ machines: 1, seed: 1, eventsPerSecond: 1 });
  const next = pacedBatches(fleet, { signal: stop.signal, intervalMs: 3_600_000 }).next();
  stop.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('options out of their range are refused at once, also a rate that is set later', () => {
  const fleetOf = (change: object) => makeFleet({ machines: 1, seed: 1, eventsPerSecond: 1, ...change });
  expect(() => fleetOf({ machines: 0 })).toThrow('machines: expected a number from 1 to 100000, got 0');
  expect(() => fleetOf({ machines: 1.5 })).toThrow('machines: expected');
  expect(() => fleetOf({ seed: -1 })).toThrow('seed: expected');
  expect(() => fleetOf({ eventsPerSecond: Number.NaN })).toThrow('eventsPerSecond: expected');
  const fleet = fleetOf({});
  expect(() => {
    fleet.eventsPerSecond = 1e9;
  }).toThrow('eventsPerSecond: expected a number from 0 to 100000, got 1000000000');
  expect(fleet.eventsPerSecond).toBe(1);
});
