import { type CloseReason, earliestEventPosition, type ReceivedEventData } from '@azure/event-hubs';
import { expect, onTestFinished, test } from 'vitest';
import type { Broker } from '../../../local/event-hubs/broker.ts';
import { bodiesOf, consumerOf, noRetries, producerOf, receive } from './event-clients.ts';
import { startedBroker } from './started-broker.ts';
import { until } from './until.ts';

/** Numbers 0, 1, 2, ... in partition 0. */
function publish(broker: Broker, count: number, from = 0): void {
  for (let body = from; body < from + count; body++) broker.publish('telemetry', { body }, { partitionId: '0' });
}

interface Watched {
  readonly events: ReceivedEventData[];
  readonly closeReasons: CloseReason[];
}

/** A reader of partition 0 with patience, until the end of the test. */
function watch(broker: Broker): Watched {
  const watched: Watched = { events: [], closeReasons: [] };
  const retryOptions = { maxRetries: 5, retryDelayInMs: 50, timeoutInMs: 1_000 };
  const subscription = consumerOf(broker, { retryOptions }).subscribe(
    '0',
    {
      processEvents: async (events) => void watched.events.push(...events),
      processError: async () => {},
      processClose: async (reason) => void watched.closeReasons.push(reason),
    },
    { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1, maxBatchSize: 100, ownerLevel: 0 },
  );
  onTestFinished(() => subscription.close());
  return watched;
}

async function watchUntil(broker: Broker, count: number): Promise<Watched> {
  const watched = watch(broker);
  await until(`${count} events`, () => watched.events.length >= count);
  return watched;
}

test('a link that is cut is opened again, and the reader goes on where it was', async () => {
  const broker = await startedBroker();
  publish(broker, 10);
  const watched = await watchUntil(broker, 10);
  expect(broker.faults.cutLinks()).toBe(1);
  publish(broker, 10, 10);
  await until('the rest', () => watched.events.length >= 20);
  expect(bodiesOf(watched.events)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('a stolen partition is lost to its reader', async () => {
  const broker = await startedBroker();
  publish(broker, 1);
  const watched = await watchUntil(broker, 1);
  expect(broker.faults.stealPartitions()).toBe(1);
  await until('the reader to know', () => watched.closeReasons.length > 0);
  expect(watched.closeReasons).toEqual(['OwnershipLost']);
});

test('events come twice, as the same events', async () => {
  const broker = await startedBroker();
  publish(broker, 10);
  const watched = await watchUntil(broker, 10);
  expect(broker.faults.redeliver({ events: 4, times: 2 })).toBe(8);
  publish(broker, 1, 10);
  await until('all', () => watched.events.length >= 19);
  expect(bodiesOf(watched.events)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9, 10]);
  const [first, again] = [watched.events[6]!, watched.events[10]!];
  expect([again.sequenceNumber, again.enqueuedTimeUtc]).toEqual([first.sequenceNumber, first.enqueuedTimeUtc]);
});

test('and in any order, the same one for the same seed', async () => {
  const broker = await startedBroker();
  publish(broker, 50);
  const watched = await watchUntil(broker, 50);
  const again = async (shuffleSeed: number) => {
    const before = watched.events.length;
    broker.faults.redeliver({ events: 50, times: 1, shuffleSeed });
    await until('all again', () => watched.events.length === before + 50);
    return bodiesOf(watched.events.slice(before)) as number[];
  };
  const shuffled = await again(1);
  expect(shuffled).not.toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(await again(1)).toEqual(shuffled);
});

test.each([[{ events: 0, times: 1 }], [{ events: 10, times: 0 }], [{ events: 1e6, times: 2 }]])(
  'a redelivery of %j is refused',
  async (redelivery) => {
    const broker = await startedBroker();
    expect(() => broker.faults.redeliver(redelivery)).toThrow(/expected 1 to 1000000/);
  },
);

test('what is delivered late comes late and in order, until the delay ends', async () => {
  const broker = await startedBroker();
  broker.faults.delayDeliveries(400);
  const stored = Date.now();
  publish(broker, 3);
  const watched = await watchUntil(broker, 3);
  expect(Date.now() - stored).toBeGreaterThanOrEqual(399);
  expect(bodiesOf(watched.events)).toEqual([0, 1, 2]);
  broker.faults.delayDeliveries(60_000);
  publish(broker, 1, 3);
  broker.faults.delayDeliveries(0);
  await until('the last one', () => watched.events.length === 4);
});

test('a dark broker has no clients, and all of them afterwards', async () => {
  const broker = await startedBroker();
  publish(broker, 1);
  const watched = await watchUntil(broker, 1);
  await broker.faults.goDark(500, 'refuse');
  const send = producerOf(broker, 'telemetry', noRetries).sendBatch([{ body: 'dark' }], { partitionId: '0' });
  await expect(send).rejects.toThrow();
  publish(broker, 1, 1);
  await until('the reader to come back', () => watched.events.length === 2);
  expect(bodiesOf(await receive(consumerOf(broker), '0', 2))).toEqual([0, 1]);
});
