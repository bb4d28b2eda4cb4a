import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedEventData } from '@azure/event-hubs';
import { expect, onTestFinished, test } from 'vitest';
import { type Broker, startBroker } from '../../../local/event-hubs/broker.ts';
import { bodiesOf, consumerOf, noRetries, producerOf, receive, receiveAll } from './event-clients.ts';
import { startedBroker, temporaryFolder } from './started-broker.ts';
import { until } from './until.ts';

const twoPartitions = { hubs: { telemetry: { partitions: 2, consumerGroups: [] } } };
const publish = (broker: Broker, ...bodies: string[]) => {
  for (const body of bodies) broker.publish('telemetry', { body }, { partitionId: '0' });
};

const identityOf = ({ body, sequenceNumber, offset, enqueuedTimeUtc }: ReceivedEventData) => [
  body,
  sequenceNumber,
  offset,
  enqueuedTimeUtc,
];

test('with a folder, events, sequence numbers, offsets and times go on where they were', async () => {
  const folder = await temporaryFolder();
  const first = await startedBroker({ ...twoPartitions, folder });
  publish(first, 'a', 'b', 'c');
  const before = await receive(consumerOf(first), '0', 3);
  const { createdOn } = await consumerOf(first).getEventHubProperties();
  await first.close();

  const second = await startedBroker({ ...twoPartitions, folder });
  publish(second, 'd');
  const after = await receive(consumerOf(second), '0', 4);
  expect(after.slice(0, 3).map(identityOf)).toEqual(before.map(identityOf));
  expect(bodiesOf(after)).toEqual(['a', 'b', 'c', 'd']);
  expect(after.map(({ sequenceNumber }) => sequenceNumber)).toEqual([0, 1, 2, 3]);
  expect(Number(after[3]!.offset)).toBeGreaterThan(Number(before[2]!.offset));
  expect(after[3]!.enqueuedTimeUtc.getTime()).toBeGreaterThanOrEqual(before[2]!.enqueuedTimeUtc.getTime());
  expect((await consumerOf(second).getEventHubProperties()).createdOn).toEqual(createdOn);
  const checkpoint = { startPosition: { offset: before[1]!.offset } };
  expect(bodiesOf(await receive(consumerOf(second), '0', 2, checkpoint))).toEqual(['c', 'd']);
});

test('a subscription goes on over a restart on the same port and folder, without loss or repetition', async () => {
  const folder = await temporaryFolder();
  let broker = await startBroker({ ...twoPartitions, folder });
  onTestFinished(() => broker.close());
  const bodies: unknown[] = [];
  const subscription = consumerOf(broker, { retryOptions: { retryDelayInMs: 100 } }).subscribe(
    '0',
    { processEvents: async (events) => void bodies.push(...bodiesOf(events)), processError: async () => {} },
    { startPosition: { sequenceNumber: 0, isInclusive: true }, maxWaitTimeInSeconds: 1 },
  );
  onTestFinished(() => subscription.close());
  publish(broker, 'a', 'b');
  await until('the first two events', () => bodies.length === 2);
  const { port } = broker;
  await broker.close();
  broker = await startBroker({ ...twoPartitions, folder, port });
  publish(broker, 'c');
  await until('the event after the restart', () => bodies.includes('c'));
  expect(bodies).toEqual(['a', 'b', 'c']);
});

test('without a folder nothing is kept, and an old checkpoint means the oldest event there is', async () => {
  const first = await startedBroker(twoPartitions);
  publish(first, ...Array.from({ length: 5_000 }, (_, i) => `old ${i}`));
  const last = (await receive(consumerOf(first), '0', 5_000)).at(-1)!;
  await first.close();

  const second = await startedBroker(twoPartitions);
  publish(second, ...Array.from({ length: 6_000 }, (_, i) => `new ${i}`));
  for (const startPosition of [{ offset: last.offset }, { sequenceNumber: last.sequenceNumber }]) {
    const [event] = await receive(consumerOf(second, { retryOptions: noRetries }), '0', 1, { startPosition });
    expect(event!.body).toBe('new 0');
  }
});

test('another number of partitions than the folder has is an error that says what to do', async () => {
  const folder = await temporaryFolder();
  await (await startedBroker({ ...twoPartitions, folder })).close();
  const more = { hubs: { Telemetry: { partitions: 3, consumerGroups: [] } }, folder };
  await expect(startBroker(more)).rejects.toThrow(
    `Hub 'Telemetry' was made with 2 partitions, but 3 are asked for, and the count is fixed for life: ask for 2, ` +
      `or delete the folder ${join(folder, 'telemetry')} to start anew`,
  );
});

test.each([
  ['of another format', '{"format":99,"partitions":2}', 'is kept in format 99, but format 1 is written here'],
  ['that cannot be read', '{"form', 'cannot be read: delete the folder'],
])('a folder %s is an error that says what to do', async (_, record, message) => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'telemetry'));
  await writeFile(join(folder, 'telemetry', 'hub.json'), record);
  await expect(startBroker({ ...twoPartitions, folder })).rejects.toThrow(message);
});

test('a send is acknowledged only when its bytes are in the file', async () => {
  const folder = await temporaryFolder();
  const broker = await startedBroker({ ...twoPartitions, folder });
  const producer = producerOf(broker);
  const segment = join(folder, 'telemetry', '0', `${'0'.repeat(20)}.log`);
  for (const body of ['first', 'second', 'third']) {
    await producer.sendBatch([{ body }], { partitionId: '0' });
    expect((await readFile(segment)).includes(body)).toBe(true);
  }
});

test('what cannot be written is refused, shown to no reader, and leaves no gap', async () => {
  const folder = await temporaryFolder();
  // So small that every store wants a segment of its own: without the folder, none can be made.
  const broker = await startedBroker({ ...twoPartitions, folder, partitionBytesMax: 8 });
  const place = join(folder, 'telemetry', '0');
  const producer = producerOf(broker, 'telemetry', noRetries);
  const send = (body: string) => producer.sendBatch([{ body }], { partitionId: '0' });
  await send('a');
  await rm(place, { recursive: true });
  await expect(send('lost')).rejects.toMatchObject({ code: 'InternalServerError', message: /ENOENT/ });
  expect(() => publish(broker, 'lost too')).toThrow('ENOENT');
  await mkdir(place);
  await send('b');
  const events = await receiveAll(broker);
  expect(events.map(({ body, sequenceNumber }) => [body, sequenceNumber])).toEqual([['b', 1]]);
});

test('a closed broker takes no more events: its folder may be that of another one', async () => {
  const folder = await temporaryFolder();
  const closed = await startedBroker({ ...twoPartitions, folder });
  await closed.close();
  const successor = await startedBroker({ ...twoPartitions, folder });
  expect(() => publish(closed, 'too late')).toThrow('The broker is closed');
  publish(successor, 'in time');
  expect(bodiesOf(await receiveAll(successor))).toEqual(['in time']);
});
