import { once } from 'node:events';
import {
  type CloseReason,
  type EventHubConsumerClient,
  earliestEventPosition,
  type MessagingError,
  type ReceivedEventData,
  type SubscribeOptions,
} from '@azure/event-hubs';
import rhea from 'rhea';
import { expect, onTestFinished, test } from 'vitest';
import type { Broker } from '../../../local/event-hubs/broker.ts';
import { consumerOf, noRetries, receive } from './event-clients.ts';
import { connected, readerAddress } from './raw-client.ts';
import { startedBroker } from './started-broker.ts';
import { until } from './until.ts';

interface Watched {
  readonly events: ReceivedEventData[];
  readonly errorCodes: (string | undefined)[];
  readonly closeReasons: CloseReason[];
}

/** Subscribes to partition 0 and tells what happens to the subscription, which ends with the test. */
function watch(consumer: EventHubConsumerClient, options: SubscribeOptions = {}): Watched {
  const watched: Watched = { events: [], errorCodes: [], closeReasons: [] };
  const subscription = consumer.subscribe(
    '0',
    {
      processEvents: async (events) => void watched.events.push(...events),
      processError: async (error) => void watched.errorCodes.push((error as MessagingError).code),
      processClose: async (reason) => void watched.closeReasons.push(reason),
    },
    { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1, ...options },
  );
  onTestFinished(() => subscription.close());
  return watched;
}

async function brokerWithOne(): Promise<Broker> {
  const broker = await startedBroker();
  broker.publish('telemetry', { body: 1 }, { partitionId: '0' });
  return broker;
}

const reader = (broker: Broker, group?: string) =>
  consumerOf(broker, { retryOptions: noRetries, ...(group !== undefined && { group }) });

async function watchUntilReading(consumer: EventHubConsumerClient, options?: SubscribeOptions): Promise<Watched> {
  const watched = watch(consumer, options);
  await until('the reader reads', () => watched.events.length > 0);
  return watched;
}

test.each([
  ['a higher', 0, 1],
  ['the same', 2, 2],
])('a reader with %s owner level takes a partition over', async (_, first, second) => {
  const broker = await brokerWithOne();
  const loser = await watchUntilReading(reader(broker), { ownerLevel: first });
  const winner = await watchUntilReading(reader(broker), { ownerLevel: second });
  await until('the loser hears of it', () => loser.errorCodes.length > 0);
  expect(loser.errorCodes[0]).toBe('ReceiverDisconnectedError');
  await until('the loser is closed', () => loser.closeReasons.length > 0);
  expect(loser.closeReasons[0]).toBe('OwnershipLost');

  broker.publish('telemetry', { body: 2 }, { partitionId: '0' });
  await until('the winner goes on', () => winner.events.length === 2);
  expect(loser.events).toHaveLength(1);
});

test.each([
  ['a lower owner level', { ownerLevel: 1 }],
  ['no owner level', {}],
])('a reader with %s is refused while another owns the partition', async (_, options) => {
  const broker = await brokerWithOne();
  const owner = await watchUntilReading(reader(broker), { ownerLevel: 5 });
  await expect(receive(reader(broker), '0', 1, options)).rejects.toMatchObject({ code: 'ReceiverDisconnectedError' });
  broker.publish('telemetry', { body: 2 }, { partitionId: '0' });
  await until('the owner goes on', () => owner.events.length === 2);
  expect(owner.errorCodes).toEqual([]);
});

test('an owner in one consumer group leaves the others alone', async () => {
  const broker = await brokerWithOne();
  const other = await watchUntilReading(reader(broker, 'scoring'), { ownerLevel: 0 });
  await watchUntilReading(reader(broker), { ownerLevel: 7 });
  broker.publish('telemetry', { body: 2 }, { partitionId: '0' });
  await until('the other group goes on', () => other.events.length === 2);
  expect(other.errorCodes).toEqual([]);
});

test('five readers without owner level share a partition, a sixth is refused until one leaves', async () => {
  const broker = await brokerWithOne();
  const sharing = Array.from({ length: 5 }, () => reader(broker));
  for (const consumer of sharing) await watchUntilReading(consumer);
  await expect(receive(reader(broker), '0', 1)).rejects.toMatchObject({ code: 'QuotaExceededError' });

  await sharing[0]!.close();
  await receive(reader(broker), '0', 1);
});

test('a reader that closes, or whose connection is cut, leaves its place free', async () => {
  const broker = await brokerWithOne();
  const connection = await connected(broker);
  const ownedBy = (epoch: number) =>
    connection.open_receiver({
      source: { address: readerAddress('0') },
      properties: { 'com.microsoft:epoch': rhea.types.wrap_long(epoch) },
    });
  const closing = ownedBy(9);
  await once(closing, 'message');
  closing.close();
  await once(closing, 'receiver_close');
  await once(ownedBy(8), 'message');
  broker.faults.cutConnections();
  await receive(reader(broker), '0', 1, { ownerLevel: 0 });
});

test('an epoch that is no number is refused', async () => {
  const broker = await brokerWithOne();
  const connection = await connected(broker);
  const source = { address: readerAddress('0') };
  const receiver = connection.open_receiver({ source, properties: { 'com.microsoft:epoch': 'first' } });
  await once(receiver, 'receiver_error');
  expect(receiver.error).toMatchObject({
    condition: 'com.microsoft:argument-error',
    description: "The epoch 'first' is not a whole number below 2^53.",
  });
});
