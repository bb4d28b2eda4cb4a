import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StorageEmulator, startStorageEmulator } from '../../../local/storage/storage-emulator.ts';
import { eventually } from './eventually.ts';
import { type FixtureOptions, fixtureFolder, startFixture } from './fixture-host.ts';

let storage: StorageEmulator;
beforeAll(async () => {
  storage = await startStorageEmulator();
});
afterAll(() => storage.close());

interface Seen {
  readonly message?: { readonly name?: string };
  readonly running?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly done?: string;
}

let queuesMade = 0;

/** Two queues of its own for each test: one for JSON messages, one for bytes. */
async function makeQueues() {
  queuesMade += 1;
  const [work, bytes] = [`work-${queuesMade}`, `bytes-${queuesMade}`].map(
    (name) => new QueueClient(storage.connectionString, name),
  ) as [QueueClient, QueueClient];
  await Promise.all([work.create(), bytes.create()]);
  const poison = new QueueClient(storage.connectionString, `${work.name}-poison`);
  const settings = {
    AzureWebJobsStorage: storage.connectionString,
    WORK_QUEUE: work.name,
    BYTES_QUEUE: bytes.name,
  };
  return { work, bytes, poison, settings };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const startQueues = (settings: Record<string, string>, options: FixtureOptions = {}) =>
  startFixture(fixtureFolder('queue'), { ...options, settings });

async function countOf(queue: QueueClient): Promise<number> {
  return (await queue.getProperties()).approximateMessagesCount ?? 0;
}

test('a message arrives parsed, with its metadata, and is deleted after success', async () => {
  const { work, settings } = await makeQueues();
  const { records } = await startQueues(settings);
  const sent = await work.sendMessage(encode({ name: 'first', list: [1, 2.5] }));
  await eventually(() => records.read<Seen>()).toHaveLength(2);
  const [seen] = records.read<Seen>();
  expect(seen?.message).toEqual({ name: 'first', list: [1, 2.5] });
  expect(seen?.metadata).toMatchObject({
    id: sent.messageId,
    dequeueCount: 1,
    popReceipt: expect.any(String),
    insertionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/),
    expirationTime: expect.any(String),
    nextVisibleTime: expect.any(String),
    queueTrigger: { name: 'first', list: [1, 2.5] },
    name: 'first',
  });
  await eventually(() => countOf(work)).toBe(0);
});

test('with the data type binary a message arrives as bytes', async () => {
  const { bytes, settings } = await makeQueues();
  const { records } = await startQueues(settings);
  await bytes.sendMessage(Buffer.from([0, 255, 16]).toString('base64'));
  await eventually(() => records.read<Seen>()[0]?.message).toEqual({ bytes: '00ff10' });
});

test('a message that always fails is tried as often as host.json says, then moves to the poison queue as it is', async () => {
  const { work, poison, settings } = await makeQueues();
  const { records } = await startQueues(settings);
  await work.sendMessage(encode({ name: 'bad', fails: true }));
  await eventually(() => poison.exists()).toBe(true);
  await eventually(() => countOf(poison)).toBe(1);
  const { receivedMessageItems } = await poison.receiveMessages();
  expect(receivedMessageItems[0]?.messageText).toBe(encode({ name: 'bad', fails: true }));
  expect(records.read<Seen>().map(({ metadata }) => metadata?.dequeueCount)).toEqual([1, 2, 3]);
  expect(await countOf(work)).toBe(0);
});

test('a message that is no base64 moves to the poison queue at once', async () => {
  const { work, poison, settings } = await makeQueues();
  const { records } = await startQueues(settings);
  await work.sendMessage('{"plain":true}');
  await eventually(() => poison.exists()).toBe(true);
  await eventually(() => countOf(poison)).toBe(1);
  expect(records.read()).toEqual([]);
});

test('a message of a killed host comes back when its lease is over, and not before', async () => {
  const { work, settings } = await makeQueues();
  const lease = { SLUICE_TWIN_QUEUE_LEASE_SECONDS: '3' };
  const first = await startQueues({ ...settings, ...lease });
  await work.sendMessage(encode({ name: 'slow', takesMs: 60_000 }));
  await eventually(() => first.records.read()).toHaveLength(1);
  await first.kill();
  const leasedUntil = new Date(String(first.records.read<Seen>()[0]?.metadata?.nextVisibleTime)).getTime();
  const second = await startQueues({ ...settings, ...lease });
  await eventually(() => second.records.read<Seen>()[0]?.metadata?.dequeueCount).toBe(2);
  expect(Date.now()).toBeGreaterThanOrEqual(leasedUntil);
});

test('a message stays away from others for as long as its handler runs', async () => {
  const { work, settings } = await makeQueues();
  const lease = { SLUICE_TWIN_QUEUE_LEASE_SECONDS: '1' };
  const { records } = await startQueues({ ...settings, ...lease });
  await work.sendMessage(encode({ name: 'long', takesMs: 3000 }));
  await eventually(() => records.read()).toContainEqual({ done: 'long' });
  await eventually(() => countOf(work)).toBe(0);
  expect(records.read()).toHaveLength(2);
});

test('no more messages run at a time than batchSize + newBatchThreshold', async () => {
  const { work, settings } = await makeQueues();
  for (let index = 0; index < 12; index++) {
    await work.sendMessage(encode({ name: `m${index}`, takesMs: index % 2 === 0 ? 400 : 100 }));
  }
  const { records } = await startQueues(settings);
  const done = () => records.read<Seen>().flatMap((seen) => seen.done ?? []);
  await eventually(done).toHaveLength(12);
  expect(Math.max(...records.read<Seen>().map(({ running = 0 }) => running))).toBe(3);
});

test('a queue that is made after the start is found', async () => {
  const { settings } = await makeQueues();
  const late = new QueueClient(storage.connectionString, 'made-late');
  const { records } = await startQueues({ ...settings, WORK_QUEUE: 'made-late' });
  await late.create();
  await late.sendMessage(encode({ name: 'x' }));
  await eventually(() => records.read()).toContainEqual({ done: 'x' });
});

test('a drain ends what runs, deletes it and takes nothing new', async () => {
  const { work, settings } = await makeQueues();
  const { records, drain } = await startQueues(settings);
  await work.sendMessage(encode({ name: 'running', takesMs: 1000 }));
  await eventually(() => records.read()).toHaveLength(1);
  await drain();
  expect(records.read()).toContainEqual({ done: 'running' });
  expect(await countOf(work)).toBe(0);
});
