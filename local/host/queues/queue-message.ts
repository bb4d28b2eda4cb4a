import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { DataType } from '../app/function-definition.ts';
import { dotNetTime } from '../invoke/dot-net-json.ts';
import type { FunctionInput } from '../invoke/function-invoker.ts';
import { withMessageFields } from '../invoke/message-fields.ts';
import type { TypedData } from '../worker/typed-data.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a message, or undefined when it is not in the encoding that host.json asks for. */
export function decodeMessage(text: string, encoding: 'base64' | 'none'): Buffer | undefined {
  if (encoding === 'none') return Buffer.from(text);
  const trimmed = text.trim();
  return base64.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined;
}

/** A message as the function gets it: bytes when it asked for them, else text, which the library parses where it is JSON. */
export function toQueueInput(message: DequeuedMessageItem, body: Buffer, dataType: DataType): FunctionInput {
  const text = body.toString('utf8');
  const metadata: Record<string, TypedData> = {
    QueueTrigger: { string: text },
    DequeueCount: { json: JSON.stringify(message.dequeueCount) },
    ExpirationTime: timeOf(message.expiresOn),
    Id: { string: message.messageId },
    InsertionTime: timeOf(message.insertedOn),
    NextVisibleTime: timeOf(message.nextVisibleOn),
    PopReceipt: { string: message.popReceipt },
  };
  if (dataType === 'binary') return { data: { bytes: body }, metadata };
  return { data: { string: text }, metadata: withMessageFields(metadata, text) };
}

const timeOf = (time: Date): TypedData => ({ json: JSON.stringify(dotNetTime(time, '+00:00')) });
