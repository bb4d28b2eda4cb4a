import fc from 'fast-check';
import rhea, { type Message } from 'rhea';
import { expect, test } from 'vitest';
import { AmqpFault } from '../../../local/event-hubs/amqp-fault.ts';
import { batchFormat, readMessage } from '../../../local/event-hubs/incoming-message.ts';
import { anyMessage } from './any-message.ts';

const encoded = (message: Message) => rhea.message.encode(message);
const envelope = (events: readonly Buffer[], partitionKey?: string): Buffer =>
  encoded({
    body: rhea.message.data_sections(events),
    ...(partitionKey !== undefined && { message_annotations: { 'x-opt-partition-key': partitionKey } }),
  });

test('a batch holds exactly the events that were put in', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 5 }), (messages) => {
      const events = messages.map(encoded);
      const read = readMessage(envelope(events), batchFormat);
      expect(read.events.map(({ bytes }) => bytes)).toEqual(events);
    }),
  );
});

test('the key of a batch is that of its envelope, the key of an event its own', () => {
  const keyed = encoded({ body: 'x', message_annotations: { 'x-opt-partition-key': 'inner' } });
  expect(readMessage(envelope([keyed], 'outer'), batchFormat).partitionKey).toBe('outer');
  expect(readMessage(envelope([keyed]), batchFormat).partitionKey).toBeUndefined();
  expect(readMessage(keyed, 0).partitionKey).toBe('inner');
  expect(readMessage(encoded({ body: 'x' }), 0).partitionKey).toBeUndefined();
});

test('the first bytes of a message are never taken for the whole', () => {
  // Of a body of many sections, the first ones are a body as well.
  const message = anyMessage.filter(({ body }) => body?.multiple !== true);
  fc.assert(
    fc.property(message, fc.nat(), (whole, cut) => {
      const bytes = encoded(whole);
      expect(() => readMessage(bytes.subarray(0, cut % bytes.length), 0)).toThrow(AmqpFault);
    }),
  );
});

test('bytes of any kind are read or refused, never anything else', () => {
  const attempt = (bytes: Uint8Array, format: number) => {
    try {
      readMessage(Buffer.from(bytes), format);
    } catch (error) {
      expect(error).toBeInstanceOf(AmqpFault);
    }
  };
  fc.assert(fc.property(fc.uint8Array(), fc.constantFrom(0, batchFormat), attempt));
  fc.assert(
    fc.property(anyMessage, fc.nat(), fc.nat(255), fc.constantFrom(0, batchFormat), (message, at, byte, format) => {
      const bytes = encoded(message);
      bytes[at % bytes.length] = byte;
      attempt(bytes, format);
    }),
    { numRuns: 2_000 },
  );
});

test.each([0, 1, 6])('an annotation map of one entry that claims to hold %d values is refused', (count) => {
  const bytes = encoded({ body: 'x', message_annotations: { a: 1 } });
  const sectionAt = bytes.indexOf(Buffer.from([0x00, 0x53, 0x72]));
  bytes.writeUInt32BE(count, sectionAt + 8);
  expect(() => readMessage(bytes, 0)).toThrow(`does not hold ${count} values`);
});
