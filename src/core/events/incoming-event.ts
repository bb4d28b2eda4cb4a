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

/** What is in an event: records to score, a reason to pass it over, or what is wrong with it. */
export type EventContent =
  | { readonly kind: 'record'; readonly record: unknown }
  | { readonly kind: 'records'; readonly records: readonly unknown[] }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** The event's own source; records of an array body add their `index`. */
export const sourceOf = ({ hub, partition, sequence, enqueuedAt }: IncomingEvent): StreamSource => ({
  kind: 'stream',
  hub,
  partition,
  sequence,
  enqueuedAt,
});

/** The device that sent the event, where the broker knows it. */
export function deviceOf({ systemProperties }: IncomingEvent): string | undefined {
  const device = systemProperties['iothub-connection-device-id'] ?? systemProperties.partitionKey;
  if (device === undefined || device === null || device === '') return undefined;
  return String(device).slice(0, limits.keyCharactersMax);
}

/** Reads an event's body: one JSON object, or an array of them. IoT Hub's own messages (twin changes and so on) are passed over. */
export function readEvent(event: IncomingEvent): EventContent {
  const source = event.systemProperties['iothub-message-source'];
  if (source !== undefined && source !== 'Telemetry') return { kind: 'skip', reason: String(source) };
  const json = parseJson(event.body);
  if ('fault' in json) return { kind: 'fault', fault: json.fault };
  const { value } = json;
  if (!Array.isArray(value)) return { kind: 'record', record: value };
  if (value.length === 0 || value.length > limits.eventRowsMax) {
    const expected = `1 to ${limits.eventRowsMax} records`;
    return { kind: 'fault', fault: { code: 'record.empty', path: '', expected, got: String(value.length) } };
  }
  return { kind: 'records', records: value };
}
