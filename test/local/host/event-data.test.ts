import type { ReceivedEventData } from '@azure/event-hubs';
import { expect, test } from 'vitest';
import { toBatchData, toEventData } from '../../../local/host/event-hubs/event-bodies.ts';
import { toBatchMetadata, toEventMetadata } from '../../../local/host/event-hubs/event-metadata.ts';

interface EventParts {
  readonly body: unknown;
  readonly partitionKey?: string;
  readonly properties?: Record<string, unknown>;
  readonly annotations?: Record<string, unknown>;
  readonly amqp?: Record<string, unknown>;
}

let sequenceNumber = 0;

function event(parts: EventParts): ReceivedEventData {
  sequenceNumber += 1;
  return {
    body: parts.body,
    partitionKey: parts.partitionKey ?? null,
    properties: parts.properties,
    offset: String(sequenceNumber * 64),
    sequenceNumber,
    enqueuedTimeUtc: new Date('2026-11-21T03:04:05.670Z'),
    systemProperties: {},
    getRawAmqpMessage: () => ({ messageAnnotations: parts.annotations, properties: parts.amqp, bodyType: 'data' }),
  } as unknown as ReceivedEventData;
}

const bodies = (...texts: string[]) => texts.map((text) => event({ body: Buffer.from(text) }));
const partition = {
  fullyQualifiedNamespace: 'localhost',
  eventHubName: 'telemetry',
  consumerGroup: 'scoring',
  partitionId: '2',
  isCheckpointingAfterInvocation: true,
};

test('binary bodies arrive as they were sent, empty ones too', () => {
  const { collectionBytes } = toBatchData(bodies('{"a":1}', '', 'no json'), 'binary', false);
  expect(collectionBytes?.bytes.map(String)).toEqual(['{"a":1}', '', 'no json']);
});

test('texts lose the empty ones, unless the app asked for them', () => {
  expect(toBatchData(bodies('a', '', 'b'), 'string', false)).toEqual({ collectionString: { string: ['a', 'b'] } });
  expect(toBatchData(bodies('a', '', 'b'), 'string', true)).toEqual({ collectionString: { string: ['a', '', 'b'] } });
});

test('without a data type the batch is one JSON array', () => {
  expect(toBatchData(bodies('{"a":1}', '[2]', '', '12345678901234567890'), 'undefined', false)).toEqual({
    json: '[{"a":1},[2],null,12345678901234567890]',
  });
});

test('without a data type one body that is no JSON fails the whole batch', () => {
  expect(() => toBatchData(bodies('{}', 'oops', '{}'), 'undefined', false)).toThrow(/body of event 1 of 3 is no JSON/);
});

test('one event is text unless bytes are asked for', () => {
  const [first] = bodies('{"a":1}');
  expect(toEventData(first!, 'undefined')).toEqual({ string: '{"a":1}' });
  expect(toEventData(first!, 'binary')).toEqual({ bytes: Buffer.from('{"a":1}') });
});

test('a body that is no AMQP data section still arrives', () => {
  expect(toEventData(event({ body: 'text' }), 'binary')).toEqual({ bytes: Buffer.from('text') });
  expect(toEventData(event({ body: { a: [1] } }), 'binary')).toEqual({ bytes: Buffer.from('{"a":[1]}') });
});

test('the list of partition keys loses the events without one, as in the Functions host', () => {
  const events = [event({ body: '' }), event({ body: '', partitionKey: '12' }), event({ body: '', partitionKey: 'x' })];
  const metadata = toBatchMetadata(events, partition, false);
  expect(metadata.PartitionKeyArray).toEqual({ collectionString: { string: ['12', 'x'] } });
  expect(JSON.parse(metadata.SystemPropertiesArray?.json ?? '').map((item: object) => item)).toMatchObject([
    { PartitionKey: null },
    { PartitionKey: '12' },
    { PartitionKey: 'x' },
  ]);
});

test('system properties carry the names of AMQP, of IoT Hub and the four of the extension', () => {
  const sent = event({
    body: '',
    partitionKey: 'machine-17',
    amqp: { contentType: 'application/json', correlationId: 7, creationTime: undefined },
    annotations: {
      'x-opt-enqueued-time': new Date('2026-11-21T03:04:05.670Z'),
      'iothub-connection-device-id': 'machine-17',
      'iothub-enqueuedtime': new Date('2026-11-21T03:04:05.000Z'),
    },
  });
  const metadata = toBatchMetadata([sent], partition, false);
  expect(JSON.parse(metadata.SystemPropertiesArray?.json ?? '')).toEqual([
    {
      'content-type': 'application/json',
      'correlation-id': 7,
      'x-opt-enqueued-time': '2026-11-21T03:04:05.67+00:00',
      'iothub-connection-device-id': 'machine-17',
      'iothub-enqueuedtime': '2026-11-21T03:04:05+00:00',
      SequenceNumber: sent.sequenceNumber,
      Offset: sent.offset,
      PartitionKey: 'machine-17',
      EnqueuedTimeUtc: '2026-11-21T03:04:05.67',
    },
  ]);
});

test('a batch says where it comes from and whether a checkpoint follows', () => {
  const [first] = bodies('x');
  const metadata = toBatchMetadata([first!], partition, false);
  expect(JSON.parse(metadata.PartitionContext?.json ?? '')).toEqual({
    IsCheckpointingAfterInvocation: true,
    FullyQualifiedNamespace: 'localhost',
    EventHubName: 'telemetry',
    ConsumerGroup: 'scoring',
    PartitionId: '2',
  });
  expect(metadata.SequenceNumberArray).toEqual({ collectionSint64: { sint64: [first?.sequenceNumber] } });
  expect(metadata.EnqueuedTimeUtcArray).toEqual({ json: '["2026-11-21T03:04:05.67"]' });
});

test('metadata of one event leaves out what is null', () => {
  const metadata = toEventMetadata(event({ body: '', properties: { at: new Date(0), n: 1 } }), partition);
  expect(Object.keys(metadata)).not.toContain('PartitionKey');
  expect(metadata.Properties).toEqual({ json: '{"at":"1970-01-01T00:00:00+00:00","n":1}' });
});
