import { type EventPosition, earliestEventPosition, latestEventPosition } from '@azure/event-hubs';
import { expect, test } from 'vitest';
import type { Broker } from '../../../local/event-hubs/broker.ts';
import { bodiesOf, consumerOf, noRetries, receive } from './event-clients.ts';
import { startedBroker } from './started-broker.ts';

/** A broker with the events 0 to 4 in partition 0, each enqueued at another millisecond. */
async function brokerWithFive(): Promise<Broker> {
  const broker = await startedBroker();
  for (let i = 0; i < 5; i++) {
    broker.publish('telemetry', { body: i }, { partitionId: '0' });
    const published = Date.now();
    while (Date.now() === published);
  }
  return broker;
}

test.each(['sequenceNumber', 'offset', 'enqueuedOn'] as const)(
  'a reader starts at or after a given %s',
  async (field) => {
    const broker = await brokerWithFive();
    const consumer = consumerOf(broker);
    const second = (await receive(consumer, '0', 5))[1]!;
    const position = {
      sequenceNumber: { sequenceNumber: second.sequenceNumber },
      offset: { offset: second.offset },
      enqueuedOn: { enqueuedOn: second.enqueuedTimeUtc },
    }[field];
    const after = await receive(consumer, '0', 3, { startPosition: position });
    expect(bodiesOf(after)).toEqual([2, 3, 4]);
    if (field === 'enqueuedOn') return; // The client knows no inclusive time.
    const from = await receive(consumer, '0', 4, { startPosition: { ...position, isInclusive: true } });
    expect(bodiesOf(from)).toEqual([1, 2, 3, 4]);
  },
);

test('a time before all events means the oldest one, a time after them the next to come', async () => {
  const broker = await brokerWithFive();
  const consumer = consumerOf(broker);
  const before = { enqueuedOn: new Date(0) };
  expect(bodiesOf(await receive(consumer, '0', 5, { startPosition: before }))).toEqual([0, 1, 2, 3, 4]);
  const isNew = await firstReceived(broker, { enqueuedOn: new Date(Date.now() + 1_000) });
  expect(isNew).toBe('new');
});

test('a reader at the latest position gets what comes after it, and nothing older', async () => {
  const broker = await brokerWithFive();
  expect(await firstReceived(broker, latestEventPosition)).toBe('new');
});

/** Nothing says when a subscription has taken its place, so this publishes until an event arrives. */
async function firstReceived(broker: Broker, startPosition: EventPosition): Promise<unknown> {
  const timer = setInterval(() => broker.publish('telemetry', { body: 'new' }, { partitionId: '0' }), 20);
  try {
    return (await receive(consumerOf(broker), '0', 1, { startPosition }))[0]!.body;
  } finally {
    clearInterval(timer);
  }
}

test.each([
  ['sequence number', ({ sequenceNumber }: { sequenceNumber: number }) => ({ sequenceNumber: sequenceNumber + 1 })],
  ['offset', ({ offset }: { offset: string }) => ({ offset: String(Number(offset) + 1_000) })],
])('a %s that the partition has not reached is an error, as it is in Azure', async (name, beyond) => {
  const broker = await brokerWithFive();
  const consumer = consumerOf(broker, { retryOptions: noRetries });
  const last = (await receive(consumer, '0', 5))[4]!;
  const startPosition = beyond(last);
  await expect(receive(consumer, '0', 1, { startPosition })).rejects.toMatchObject({
    code: 'ArgumentError',
    message: expect.stringContaining(`The last ${name} in the system is`),
  });
});

test('a reader that has read everything may come back to wait for more', async () => {
  const broker = await brokerWithFive();
  const consumer = consumerOf(broker, { retryOptions: noRetries });
  const last = (await receive(consumer, '0', 5))[4]!;
  broker.publish('telemetry', { body: 'next' }, { partitionId: '0' });
  for (const startPosition of [{ offset: last.offset }, { sequenceNumber: last.sequenceNumber }]) {
    expect(bodiesOf(await receive(consumer, '0', 1, { startPosition }))).toEqual(['next']);
  }
});

test('a reader that asks for it hears how far the partition has got', async () => {
  const broker = await brokerWithFive();
  const { promise, resolve, reject } = Promise.withResolvers<object | undefined>();
  const subscription = consumerOf(broker).subscribe(
    '0',
    {
      processEvents: async (events, context) => {
        if (events.length > 0) resolve(context.lastEnqueuedEventProperties);
      },
      processError: async (error) => reject(error),
    },
    { startPosition: earliestEventPosition, trackLastEnqueuedEventProperties: true, maxWaitTimeInSeconds: 1 },
  );
  const last = await promise.finally(() => subscription.close());
  const event = (await receive(consumerOf(broker), '0', 5))[4]!;
  expect(last).toEqual({
    sequenceNumber: event.sequenceNumber,
    offset: event.offset,
    enqueuedOn: event.enqueuedTimeUtc,
    retrievedOn: expect.any(Date),
  });
});

test('every consumer group reads all events, each at its own pace', async () => {
  const broker = await brokerWithFive();
  const consumer = consumerOf(broker);
  const scoring = consumerOf(broker, { group: 'SCORING' }); // Case makes no difference.
  expect(bodiesOf(await receive(consumer, '0', 5))).toEqual([0, 1, 2, 3, 4]);
  expect(bodiesOf(await receive(scoring, '0', 5))).toEqual([0, 1, 2, 3, 4]);
  broker.publish('telemetry', { body: 5 }, { partitionId: '0' });
  expect(bodiesOf(await receive(consumer, '0', 6))).toEqual([0, 1, 2, 3, 4, 5]);
});

test('an unknown consumer group is an error', async () => {
  const broker = await startedBroker();
  const consumer = consumerOf(broker, { group: 'nobody', retryOptions: noRetries });
  await expect(receive(consumer, '0', 1)).rejects.toMatchObject({ code: 'MessagingEntityNotFoundError' });
});
