import { limits } from '../limits.ts';
import { headerOf, type IncomingEvent } from './incoming-event.ts';
import { valueAt } from './record-field.ts';

/** What the sender calls an event; records of a list are told apart by their place in it. */
export function messageIdOf(event: IncomingEvent, index: number | undefined): string | undefined {
  const id = textOf(headerOf(event, 'message-id', 'messageId', 'MessageId', 'message_id'));
  return id === undefined || index === undefined ? id : `${id}.${index}`;
}

/** What the sender calls a record, in a field of its own. */
export const messageIdIn = (record: unknown, field: string): string | undefined => textOf(valueAt(record, field));

function textOf(value: unknown): string | undefined {
  const isId = (typeof value === 'string' && value !== '') || typeof value === 'number';
  return isId ? String(value).slice(0, limits.messageIdCharactersMax) : undefined;
}
