import type { Fault } from '../fault.ts';
import { parseJson } from '../formats/json-text.ts';
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
}

/** What is in an event: records to score, or what is wrong with it. */
export type EventContent =
  | { readonly records: readonly unknown[]; readonly isList: boolean }
  | { readonly fault: Fault };

/** Where an event came from; a record of a list has an `index` besides. */
export const sourceOf = ({ hub, partition, sequence, enqueuedAt }: IncomingEvent, index?: number): StreamSource =>
  index === undefined
    ? { kind: 'stream', hub, partition, sequence, enqueuedAt }
    : { kind: 'stream', hub, partition, sequence, index, enqueuedAt };

const telemetry = 'Telemetry';

/** What IoT Hub says that the message is; events of other senders are telemetry. */
export const messageSourceOf = ({ systemProperties }: IncomingEvent): string =>
  String(systemProperties['iothub-message-source'] ?? telemetry);

/** Whether the event holds records. IoT Hub mixes messages of its own (twin changes and so on) into the stream. */
export function isTelemetry({ systemProperties }: IncomingEvent): boolean {
  const source = systemProperties['iothub-message-source'];
  return source === undefined || source === telemetry;
}

/** The device that sent the event, where the broker knows it. */
export function deviceOf({ systemProperties }: IncomingEvent): string | undefined {
  const device = systemProperties['iothub-connection-device-id'] ?? systemProperties.partitionKey;
  if (device === undefined || device === null || device === '') return undefined;
  return String(device).slice(0, limits.keyCharactersMax);
}

/** Reads an event's body: one JSON record, or a list of them. */
export function readEvent(event: IncomingEvent): EventContent {
  const json = parseJson(event.body);
  if ('fault' in json) return json;
  const { value } = json;
  if (!Array.isArray(value)) return { records: [value], isList: false };
  if (value.length > 0 && value.length <= limits.eventRowsMax) return { records: value, isList: true };
  const expected = `1 to ${limits.eventRowsMax} records`;
  return { fault: { code: 'record.empty', path: '', expected, got: String(value.length) } };
}
