import type { ReceivedEventData } from '@azure/event-hubs';
import type { DataType } from '../app/function-definition.ts';
import { type TypedData, textCollection } from '../worker/typed-data.ts';

/** The bytes of an event. A body that is no AMQP data section (other senders may write one) is taken as text or JSON. */
export function bytesOf(event: ReceivedEventData): Buffer {
  const body: unknown = event.body;
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));
}

/**
 * A batch in the encoding that the function asked for.
 * @throws {Error} when it asked for none and one body is no JSON: then the whole batch fails before its handler runs
 */
export function toBatchData(
  events: readonly ReceivedEventData[],
  dataType: DataType,
  includeEmpty: boolean,
): TypedData {
  const bodies = events.map(bytesOf);
  if (dataType === 'binary') return { collectionBytes: { bytes: bodies } };
  const texts = bodies.map((body) => body.toString('utf8'));
  return dataType === 'string' ? textCollection(texts, includeEmpty) : { json: jsonArrayOf(texts) };
}

/** One event for a function of cardinality "one"; text is what it gets when it asked for nothing. */
export function toEventData(event: ReceivedEventData, dataType: DataType): TypedData {
  const body = bytesOf(event);
  return dataType === 'binary' ? { bytes: body } : { string: body.toString('utf8') };
}

function jsonArrayOf(texts: readonly string[]): string {
  const items = texts.map((text, index) => {
    if (text.trim() === '') return 'null';
    try {
      JSON.parse(text);
      return text;
    } catch (error) {
      throw new Error(
        `the body of event ${index} of ${texts.length} is no JSON (${(error as Error).message}); ` +
          "a trigger without dataType takes JSON alone, dataType 'binary' takes all",
      );
    }
  });
  return `[${items.join(',')}]`;
}
