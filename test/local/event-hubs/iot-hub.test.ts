import rhea from 'rhea';
import { expect, test } from 'vitest';
import { partitionIndexOf } from '../../../local/event-hubs/partition-key.ts';
import { consumerOf, producerOf, receive } from './event-clients.ts';
import { startedBroker } from './started-broker.ts';

const enqueuedOn = new Date('2026-11-21T03:04:05.678Z');
const annotations = {
  'iothub-connection-device-id': 'machine-7',
  'iothub-connection-auth-method': '{"scope":"device"}',
  'iothub-enqueuedtime': enqueuedOn,
  'iothub-message-source': 'Telemetry',
};
/** The client hands times over in ms. */
const received = { ...annotations, 'iothub-enqueuedtime': enqueuedOn.getTime() };

test('a message published as IoT Hub does reaches a consumer with all its properties', async () => {
  const broker = await startedBroker();
  broker.publish(
    'telemetry',
    {
      body: rhea.message.data_section(Buffer.from('{"torque":41.5}')),
      content_type: 'application/json',
      content_encoding: 'utf-8',
      message_annotations: annotations,
      application_properties: { level: 'info' },
    },
    { partitionKey: 'machine-7' },
  );
  const [event] = await receive(consumerOf(broker), String(partitionIndexOf('machine-7', 4)), 1);
  expect(event).toMatchObject({
    body: { torque: 41.5 },
    contentType: 'application/json',
    partitionKey: 'machine-7',
    properties: { level: 'info' },
  });
  expect(event!.systemProperties).toMatchObject({ ...received, contentEncoding: 'utf-8' });
});

test('a body without content type stays bytes', async () => {
  const broker = await startedBroker();
  const body = rhea.message.data_section(Buffer.from([0x1f, 0x8b, 0xff]));
  broker.publish('telemetry', { body, message_annotations: annotations }, { partitionId: '0' });
  const [event] = await receive(consumerOf(broker), '0', 1, { skipParsingBodyAsJson: true });
  expect(event!.body).toEqual(Buffer.from([0x1f, 0x8b, 0xff]));
});

test('a producer may set the annotations of IoT Hub itself, but not those of the broker', async () => {
  const broker = await startedBroker();
  const message = {
    body: { torque: 21 },
    bodyType: 'data' as const,
    messageAnnotations: { ...annotations, 'x-opt-sequence-number': 1, 'x-opt-offset': '2', 'x-opt-enqueued-time': 3 },
    applicationProperties: { level: 'info' },
  };
  const sentAt = Date.now();
  await producerOf(broker).sendBatch([message], { partitionId: '2' });
  const [event] = await receive(consumerOf(broker), '2', 1);
  expect(event).toMatchObject({ body: { torque: 21 }, properties: { level: 'info' } });
  expect(event!.systemProperties).toMatchObject(received);
  expect(event!.sequenceNumber).toBe(broker.partitions('telemetry')[2]!.firstSequence);
  expect(event!.enqueuedTimeUtc.getTime()).toBeGreaterThanOrEqual(sentAt);
});
