import { binaryAt, type MapEntry, malformed, mapEntries, textAt } from './amqp-values.ts';
import { type Section, sectionCodes, sectionsOf } from './message-sections.ts';

/** The message format with which clients send many events as one message: each data section is an encoded event. */
export const batchFormat = 0x80013700;

/** An event as a producer sent it, taken apart as far as the broker needs it. */
export interface IncomingEvent {
  readonly bytes: Buffer;
  /** End of the header section; 0 without one. */
  readonly headerEnd: number;
  /** The producer's annotations, without those that only the broker may set; they point into `bytes`. */
  readonly annotations: readonly MapEntry[];
  /** Where the sections start that go on unchanged: properties, body, footer. */
  readonly restStart: number;
}

/** What one transfer brought: events that all go to the same partition. */
export interface IncomingMessage {
  readonly events: readonly IncomingEvent[];
  readonly partitionKey: string | undefined;
}

export const partitionKeyAnnotation = 'x-opt-partition-key';
const brokerAnnotations = new Set(['x-opt-sequence-number', 'x-opt-offset', 'x-opt-enqueued-time']);

/**
 * Takes a transferred message apart: one event, or the events of a batch envelope.
 * @throws {AmqpFault} when it, or any event inside, is malformed: then none of it may be stored
 */
export function readMessage(bytes: Buffer, format: number): IncomingMessage {
  const sections = sectionsOf(bytes);
  const partitionKey = partitionKeyOf(bytes, sections);
  if (format !== batchFormat) return { events: [readEvent(bytes, sections)], partitionKey };
  const events = sections
    .filter((section) => section.code === sectionCodes.data)
    .map((section) => binaryAt(bytes, section.valueStart) ?? failOnNoBinary(section))
    .map((event) => readEvent(event, sectionsOf(event)));
  if (events.length === 0) throw malformed('the batch holds no event');
  return { events, partitionKey };
}

function failOnNoBinary(section: Section): never {
  throw malformed(`the data section at byte ${section.valueStart} holds no binary`);
}

function partitionKeyOf(bytes: Buffer, sections: readonly Section[]): string | undefined {
  const section = sections.find(({ code }) => code === sectionCodes.messageAnnotations);
  if (section === undefined) return undefined;
  const entry = mapEntries(bytes, section.valueStart).find(({ key }) => key === partitionKeyAnnotation);
  return entry && textAt(bytes, entry.valueStart);
}

/** Delivery annotations are left out: they are meant for the next hop, and that is us. */
function readEvent(bytes: Buffer, sections: readonly Section[]): IncomingEvent {
  let headerEnd = 0;
  let restStart = 0;
  let annotations: MapEntry[] = [];
  for (const { code, valueStart, end } of sections) {
    if (code > sectionCodes.messageAnnotations) break;
    if (code === sectionCodes.header) headerEnd = end;
    if (code === sectionCodes.messageAnnotations) annotations = mapEntries(bytes, valueStart);
    restStart = end;
  }
  const own = annotations.filter(({ key }) => key === undefined || !brokerAnnotations.has(key));
  return { bytes, headerEnd, annotations: own, restStart };
}
