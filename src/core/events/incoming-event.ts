import { limits } from '../limits.ts';
import type { StreamSource } from '../source.ts';

/** One event as it left the hub: untouched body and what the broker says of it. */
export interface IncomingEvent {
  readonly body: Uint8Array;
  readonly hub: string;
  readonly partition: string;
  readonly sequence: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly enqueuedAt: string;
  /** The broker's and IoT Hub's properties, by name. */
  readonly systemProperties: Readonly<Record<string, unknown>>;
  /** What the sender added. IoT Hub's own names come here too when a message was routed on. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** The one record of the body that is meant, when it comes again by itself; all of them when absent. */
  readonly index?: number;
  /** How often it was tried before it left the road and came again. */
  readonly attempts?: number;
}

/** Where an event came from; a record of a list has an `index` besides. */
export const sourceOf = (
  { hub, partition, sequence, enqueuedAt, index: meant }: IncomingEvent,
  index = meant,
): StreamSource =>
  index === undefined
    ? { kind: 'stream', hub, partition, sequence, enqueuedAt }
    : { kind: 'stream', hub, partition, sequence, index, enqueuedAt };

/** What the broker, or else the sender, says under the first of these names that is there. */
export function headerOf({ systemProperties, properties }: IncomingEvent, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = systemProperties[name] ?? properties?.[name];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** Names differ by client: AMQP's own, those of the .NET and JavaScript clients, and what people write by hand. */
export const contentTypeOf = (event: IncomingEvent): string =>
  String(headerOf(event, 'content-type', 'contentType', 'content_type', 'ContentType') ?? '').toLowerCase();

export const contentEncodingOf = (event: IncomingEvent): string =>
  String(
    headerOf(event, 'content-encoding', 'contentEncoding', 'content_encoding', 'ContentEncoding') ?? '',
  ).toLowerCase();

const messageSource = 'iothub-message-source';
/** What a device's own messages are called. */
export const telemetry = 'Telemetry';

/** What IoT Hub says that the message is; events of other senders are telemetry. */
export const messageSourceOf = (event: IncomingEvent): string => String(headerOf(event, messageSource) ?? telemetry);

/** Whether the event holds records. IoT Hub mixes messages of its own (twin changes and so on) into the stream. */
export function isTelemetry({ systemProperties, properties }: IncomingEvent): boolean {
  const source = systemProperties[messageSource] ?? properties?.[messageSource];
  return source === undefined || source === telemetry;
}

/** The device that sent the event, where the broker knows it. */
export function deviceOf(event: IncomingEvent): string | undefined {
  const device = headerOf(event, 'iothub-connection-device-id', 'partitionKey');
  return device === undefined ? undefined : String(device).slice(0, limits.keyCharactersMax);
}
