import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StorageEmulator, startStorageEmulator } from '../../../local/storage/storage-emulator.ts';
import { startStream } from './event-stream.ts';
import { eventually } from './eventually.ts';
import { type FixtureHost, type FixtureOptions, fixtureFolder, startFixture } from './fixture-host.ts';

let storage: StorageEmulator;
beforeAll(async () => {
  storage = await startStorageEmulator();
});
afterAll(() => storage.close());

interface Seen {
  readonly begun?: readonly unknown[];
  readonly done?: readonly unknown[];
  readonly partition: string;
  readonly isBinary?: boolean;
  readonly attempt?: number;
  readonly retryContext?: { readonly retryCount: number; readonly maxRetryCount: number };
}

const startEvents = (settings: Readonly<Record<string, string>>, options: FixtureOptions = {}) =>
  startFixture(fixtureFolder('events'), { ...options, settings });
const begunOf = ({ records }: FixtureHost) => records.read<Seen>().filter(({ begun }) => begun !== undefined);
const doneOf = ({ records }: FixtureHost) => records.read<Seen>().flatMap(({ done }) => done ?? []);
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test('batches are in order, at most as large as host.json says, and never mix partitions', async () => {
  const stream = await startStream(storage);
  await stream.send('0', numbered('a', 40));
  await stream.send('1', numbered('b', 40));
  const host = await startEvents(stream.settings);
  await eventually(() => doneOf(host)).toHaveLength(80);
  const batches = begunOf(host);
  expect(Math.max(...batches.map(({ begun = [] }) => begun.length))).toBe(16);
  const received = (partition: string) =>
    batches.filter((batch) => batch.partition === partition).flatMap(({ begun = [] }) => begun);
  expect(received('0')).toEqual(numbered('a', 40));
  expect(received('1')).toEqual(numbered('b', 40));
  for (const partition of ['0', '1']) {
    await eventually(() => stream.checkpointOf(partition)).toBe(stream.lastOf(partition));
  }
});

test.each([
  ['binary', {}, ['{"a":1}', '', '7'], true],
  ['string', {}, [{ a: 1 }, 7], false],
  ['string', { INCLUDE_EMPTY: 'yes' }, [{ a: 1 }, '', 7], false],
  ['none', {}, [{ a: 1 }, null, 7], false],
])('with data type %s %j the bodies arrive as %j', async (dataType, extra, expected, isBinary) => {
  const stream = await startStream(storage, 1);
  await stream.send('0', ['{"a":1}', '', '7']);
  const host = await startEvents({ ...stream.settings, DATA_TYPE: dataType, ...extra });
  await eventually(() => begunOf(host)).toHaveLength(1);
  expect(begunOf(host)[0]).toMatchObject({ begun: expected, isBinary });
});

test('without a data type one body that is no JSON fails its batch before the handler, and the checkpoint moves on', async () => {
  const stream = await startStream(storage, 1);
  const host = await startEvents({ ...stream.settings, DATA_TYPE: 'none' });
  await stream.send('0', ['1', 'oops', '3']);
  await eventually(() => stream.checkpointOf('0')).toBe(stream.lastOf('0'));
  await stream.send('0', ['4']);
  await eventually(() => doneOf(host)).toEqual([4]);
  expect(host.lines.join('\n')).toMatch(/Exception binding parameter: the body of event 1 of 3 is no JSON/);
});

test('metadata comes in lists that line up, but for the list of partition keys', async () => {
  const stream = await startStream(storage, 1);
  const { broker, hub } = stream;
  broker.publish(hub, {
    body: Buffer.from('one'),
    content_type: 'application/json',
    message_annotations: { 'iothub-connection-device-id': 'machine-17' },
    application_properties: { Level: 'info' },
  });
  broker.publish(hub, { body: Buffer.from('two') }, { partitionKey: '12' });
  const host = await startEvents({ ...stream.settings, METADATA: 'yes' });
  await eventually(() => begunOf(host)).toHaveLength(1);
  const last = stream.lastOf('0');
  expect(begunOf(host)[0]).toMatchObject({
    begun: ['one', 'two'],
    metadata: {
      partitionContext: {
        partitionId: '0',
        eventHubName: hub,
        consumerGroup: 'scoring',
        fullyQualifiedNamespace: 'localhost',
        isCheckpointingAfterInvocation: true,
      },
      partitionKeyArray: [12],
      sequenceNumberArray: [last - 1, last],
      offsetArray: [expect.any(Number), expect.any(Number)],
      enqueuedTimeUtcArray: [expect.not.stringContaining('Z'), expect.any(String)],
      propertiesArray: [{ level: 'info' }, {}],
      systemPropertiesArray: [
        {
          'content-type': 'application/json',
          'iothub-connection-device-id': 'machine-17',
          'x-opt-sequence-number': last - 1,
          'x-opt-enqueued-time': expect.stringMatching(/\+00:00$/),
          sequenceNumber: last - 1,
          partitionKey: null,
          enqueuedTimeUtc: expect.not.stringContaining('+'),
          offset: expect.any(String),
        },
        { partitionKey: '12', sequenceNumber: last },
      ],
    },
  });
});

test('a function of cardinality one gets each event by itself', async () => {
  const stream = await startStream(storage, 1);
  await stream.send('0', ['{"id":"x"}', 'b']);
  const settings = { ...stream.settings, CARDINALITY: 'one', DATA_TYPE: 'string', METADATA: 'yes' };
  const host = await startEvents(settings);
  await eventually(() => doneOf(host)).toEqual([{ id: 'x' }, 'b']);
  expect(begunOf(host)[0]).toMatchObject({ metadata: { id: 'x', sequenceNumber: stream.lastOf('0') - 1 } });
  await eventually(() => stream.checkpointOf('0')).toBe(stream.lastOf('0'));
});

test('a small batch waits for more events, but the first of a partition does not', async () => {
  const stream = await startStream(storage, 1);
  const hostOverrides = {
    extensions__eventHubs__minEventBatchSize: '5',
    extensions__eventHubs__maxWaitTime: '00:00:01',
  };
  const host = await startEvents(stream.settings, { hostOverrides });
  await stream.send('0', ['first']);
  await eventually(() => begunOf(host).map(({ begun }) => begun)).toEqual([['first']]);
  await stream.send('0', ['1', '2']);
  await stream.send('0', ['3', '4', '5']);
  await eventually(() => begunOf(host)[1]?.begun).toEqual(['1', '2', '3', '4', '5']);
  const sentAt = performance.now();
  await stream.send('0', ['alone']);
  await eventually(() => begunOf(host)[2]?.begun).toEqual(['alone']);
  expect(performance.now() - sentAt).toBeGreaterThan(900);
});

test('without a checkpoint a partition starts where host.json says', async () => {
  const stream = await startStream(storage, 1);
  await stream.send('0', ['old']);
  const hostOverrides = { extensions__eventHubs__initialOffsetOptions__type: 'fromEnd' };
  const host = await startEvents(stream.settings, { hostOverrides });
  await eventually(() => host.lines.join('\n')).toMatch(/reads partition 0/);
  for (let number = 0; doneOf(host).length === 0; number++) {
    await stream.send('0', [`new ${number}`]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(doneOf(host)).not.toContain('old');
});

test('after a cut of all connections the events go on where they were', async () => {
  const stream = await startStream(storage);
  const host = await startEvents(stream.settings);
  await stream.send('0', numbered('a', 20));
  await eventually(() => doneOf(host).length).toBeGreaterThan(0);
  stream.broker.faults.cutConnections();
  // The producer of this test would wait for an answer on the connection that was cut.
  for (const [index, body] of numbered('b', 40).entries()) {
    stream.broker.publish(stream.hub, { body: Buffer.from(body) }, { partitionId: String(index % 2) });
  }
  await eventually(() => new Set(doneOf(host))).toEqual(new Set([...numbered('a', 20), ...numbered('b', 40)]));
});
