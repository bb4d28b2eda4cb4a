import fc from 'fast-check';
import rhea, { type Message } from 'rhea';

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const bytes = fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array));
/** rhea encodes whole numbers as longs, so they must fit one. */
const number = fc.double({ min: -1e15, max: 1e15, noNaN: true });
const scalar = fc.oneof(text, fc.integer(), fc.boolean(), number);
const map = fc.dictionary(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }), scalar, {
  maxKeys: 8,
  noNullPrototype: true,
});

/** Names that only the broker may set are among those that a producer may think of. */
const annotationName = fc.oneof(
  fc.constantFrom('x-opt-sequence-number', 'x-opt-offset', 'x-opt-enqueued-time', 'iothub-connection-device-id'),
  fc.string({ unit: fc.constantFrom(...'abcxyz-0'), minLength: 1, maxLength: 40 }),
);

/** Any message that a producer may send, within reason: every kind of body, with and without each section. */
export const anyMessage: fc.Arbitrary<Message> = fc
  .record(
    {
      body: fc.oneof(
        bytes.map((content) => rhea.message.data_section(content)),
        fc.array(bytes, { minLength: 1, maxLength: 3 }).map((list) => rhea.message.data_sections(list)),
        fc.array(scalar, { minLength: 1 }).map((list) => rhea.message.sequence_section(list)),
        scalar,
        map,
      ),
      message_annotations: fc.dictionary(annotationName, scalar, { maxKeys: 8, noNullPrototype: true }),
      delivery_annotations: map,
      application_properties: map,
      content_type: fc.constantFrom('application/json', 'text/plain'),
      message_id: text,
      durable: fc.boolean(),
      ttl: fc.nat(),
    },
    { requiredKeys: ['body'], noNullPrototype: true },
  )
  .map((message) => message as Message);
