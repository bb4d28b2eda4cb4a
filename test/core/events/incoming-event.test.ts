import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readBlobCreated } from '../../../src/core/events/blob-created.ts';
import { deviceOf, type IncomingEvent, isTelemetry, messageSourceOf } from '../../../src/core/events/incoming-event.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';

const event = (body: string, systemProperties: Record<string, unknown> = {}): IncomingEvent => ({
  body: Buffer.from(body),
  hub: 'telemetry',
  partition: '0',
  sequence: 1,
  enqueuedAt: '2026-11-21T00:00:00.000Z',
  systemProperties,
});

test('what IoT Hub says of its own is no telemetry', () => {
  const twinChange = event('{}', { 'iothub-message-source': 'twinChangeEvents' });
  expect([isTelemetry(twinChange), messageSourceOf(twinChange)]).toEqual([false, 'twinChangeEvents']);
  expect(isTelemetry(event('{}', { 'iothub-message-source': 'Telemetry' }))).toBe(true);
  expect(isTelemetry(event('{}'))).toBe(true);
});

test('the device is the one that IoT Hub names, else the partition key', () => {
  expect(deviceOf(event('', { 'iothub-connection-device-id': 'd-1', partitionKey: 'p' }))).toBe('d-1');
  expect(deviceOf(event('', { partitionKey: '12' }))).toBe('12');
  expect(deviceOf(event('', { partitionKey: '' }))).toBeUndefined();
  expect(deviceOf(event(''))).toBeUndefined();
});

const created = (changes: object = {}) => ({
  eventType: 'Microsoft.Storage.BlobCreated',
  subject: '/blobServices/default/containers/incoming/blobs/pump/a b/shift.csv',
  data: { api: 'PutBlob', sequencer: '0000000000000442' },
  ...changes,
});

test('an announcement names the blob, from either schema, alone or in a list, parsed or not', () => {
  const blob = { container: 'incoming', name: 'pump/a b/shift.csv', sequencer: '0000000000000442' };
  const { eventType, ...rest } = created();
  expect(readBlobCreated(created())).toEqual(blob);
  expect(readBlobCreated([created()])).toEqual(blob);
  expect(readBlobCreated({ ...rest, type: eventType, specversion: '1.0' })).toEqual(blob);
  expect(readBlobCreated(JSON.stringify(created()))).toEqual(blob);
});

test('other events and calls that do not complete a blob are passed over', () => {
  expect(readBlobCreated(created({ eventType: 'Microsoft.Storage.BlobDeleted' }))).toEqual({
    skip: 'Microsoft.Storage.BlobDeleted',
  });
  expect(readBlobCreated(created({ data: { api: 'CreateFile' } }))).toEqual({ skip: 'CreateFile' });
});

test.each([[{}], [null], ['{'], [[]], [created({ subject: '/elsewhere' })]])('%j announces no blob', (message) => {
  expect(readBlobCreated(message)).toHaveProperty('code');
});

test.skipIf(!hasSharedData)('messages as Azure delivers them are read (skipped where ../shared is absent)', () => {
  for (const schema of ['eventgrid-schema', 'cloudevent']) {
    const message = readFileSync(sharedData('azure-events', `eventgrid-blobcreated-${schema}.json`), 'utf8');
    expect(readBlobCreated(message), schema).toEqual({
      container: 'test-container',
      name: 'new-file.txt',
      sequencer: '00000000000004420000000000028963',
    });
  }
});
