import type { DequeuedMessageItem } from '@azure/storage-queue';
import { expect, test } from 'vitest';
import { decodeMessage, toQueueInput } from '../../../local/host/queues/queue-message.ts';

const message = {
  messageId: 'd1c3',
  popReceipt: 'AgAA',
  messageText: '',
  insertedOn: new Date('2026-01-01T00:00:00Z'),
  expiresOn: new Date('2026-01-08T00:00:00Z'),
  nextVisibleOn: new Date('2026-01-01T00:10:00.5Z'),
  dequeueCount: 2,
} as DequeuedMessageItem;

test('base64 is decoded, and what is none is told apart', () => {
  expect(decodeMessage(Buffer.from('ü').toString('base64'), 'base64')?.toString()).toBe('ü');
  expect(decodeMessage('{"plain":1}', 'base64')).toBeUndefined();
  expect(decodeMessage('{"plain":1}', 'none')?.toString()).toBe('{"plain":1}');
});

test('a message comes with its metadata', () => {
  expect(toQueueInput(message, Buffer.from('hello'), 'undefined')).toEqual({
    data: { string: 'hello' },
    metadata: {
      QueueTrigger: { string: 'hello' },
      DequeueCount: { json: '2' },
      ExpirationTime: { json: '"2026-01-08T00:00:00+00:00"' },
      Id: { string: 'd1c3' },
      InsertionTime: { json: '"2026-01-01T00:00:00+00:00"' },
      NextVisibleTime: { json: '"2026-01-01T00:10:00.5+00:00"' },
      PopReceipt: { string: 'AgAA' },
    },
  });
});

test('fields of a JSON message hide metadata of the same name, as in the Functions host', () => {
  const body = Buffer.from('{"id":"mine","dequeueCount":9,"data":{"url":"u"},"ok":true,"list":[1],"none":null}');
  const { metadata } = toQueueInput(message, body, 'undefined');
  expect(metadata).toMatchObject({
    Id: { string: 'mine' },
    DequeueCount: { string: '9' },
    data: { json: '{"url":"u"}' },
    ok: { string: 'True' },
  });
  expect(Object.keys(metadata ?? {})).not.toEqual(expect.arrayContaining(['list']));
  expect(toQueueInput(message, body, 'binary').metadata).toMatchObject({ Id: { string: 'd1c3' } });
});
