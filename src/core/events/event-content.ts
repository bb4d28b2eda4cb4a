import { gunzipSync } from 'node:zlib';
import { describeValue, type Fault } from '../fault.ts';
import { jsonBoundsFault } from '../formats/json-bounds.ts';
import { decodeUtf8, parseJson } from '../formats/json-text.ts';
import { limits } from '../limits.ts';
import { contentEncodingOf, contentTypeOf, type IncomingEvent } from './incoming-event.ts';

/** One record of an event, or why it cannot be read. */
export type EventItem = { readonly record: unknown } | { readonly fault: Fault };

/** What is in an event: records to score, or what is wrong with all of it. */
export type EventContent =
  | {
      readonly items: readonly EventItem[];
      /** Whether the records were a list, and each is known by its place in it. */
      readonly isList: boolean;
      /** Who sent it, where the body says so. */
      readonly device?: string;
      /** What IoT Hub says of a message that it wrapped; see `messageSourceOf`. */
      readonly messageSource?: string;
    }
  | { readonly fault: Fault };

/** A body may be packed once in each way: base64 around gzip around JSON, as IoT Hub's routes make it. */
const unpackingsMax = 3;

/**
 * Reads an event's body: a JSON record, an array of them, or one on each line; as it is, in gzip, in base64, or inside
 * of the envelope that IoT Hub and Event Grid put around a device's message.
 */
export function readEvent(event: IncomingEvent): EventContent {
  const isGzip = contentEncodingOf(event).includes('gzip');
  const isLines = /ndjson|jsonl|json-lines|json-seq/.test(contentTypeOf(event));
  return readBody(event.body, { isGzip, isLines }, unpackingsMax);
}

interface Told {
  /** What the event's headers say; what the bytes say counts, too. */
  readonly isGzip: boolean;
  readonly isLines: boolean;
}

function readBody(body: Uint8Array, told: Told, unpackingsLeft: number): EventContent {
  if (unpackingsLeft > 0 && hasGzipMagic(body)) {
    const unpacked = unzipped(body);
    return 'fault' in unpacked ? unpacked : readBody(unpacked.bytes, { ...told, isGzip: false }, unpackingsLeft - 1);
  }
  if (told.isGzip && unpackingsLeft > 0 && decodedBase64(body) === undefined) {
    return wrongEncoding('gzip, as the content encoding says', body);
  }
  const tooComplex = jsonBoundsFault(body);
  if (tooComplex !== undefined) return { fault: tooComplex };
  const json = parseJson(body);
  if ('fault' in json) return readOther(body, told, json.fault, unpackingsLeft);
  return readValue(json.value, told, unpackingsLeft);
}

function readValue(value: unknown, told: Told, unpackingsLeft: number): EventContent {
  if (Array.isArray(value)) return readList(value.map((record) => ({ record })));
  if (typeof value === 'string' && unpackingsLeft > 0) {
    const bytes = decodedBase64(Buffer.from(value));
    if (bytes !== undefined) return readBody(bytes, told, unpackingsLeft - 1);
  }
  const enveloped = unpackingsLeft > 0 ? readEnvelope(value, told, unpackingsLeft) : undefined;
  return enveloped ?? { items: [{ record: value }], isList: false };
}

/** What is no JSON as a whole: base64, or JSON line by line. */
function readOther(body: Uint8Array, told: Told, fault: Fault, unpackingsLeft: number): EventContent {
  const decoded = unpackingsLeft > 0 ? decodedBase64(body) : undefined;
  if (decoded !== undefined) return readBody(decoded, told, unpackingsLeft - 1);
  const lines = decodeUtf8(body)
    ?.split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (lines === undefined || (lines.length < 2 && !told.isLines)) return { fault };
  const items = lines.map((line): EventItem => {
    const json = parseJson(Buffer.from(line));
    return 'fault' in json ? json : { record: json.value };
  });
  // A text of several lines of which none is JSON is one broken record, not many.
  return told.isLines || items.some((item) => 'record' in item) ? readList(items) : { fault };
}

function readList(items: readonly EventItem[]): EventContent {
  if (items.length > 0 && items.length <= limits.eventRowsMax) return { items, isList: true };
  const expected = `1 to ${limits.eventRowsMax} records`;
  return { fault: { code: 'record.empty', path: '', expected, got: String(items.length) } };
}

/** `{"body": ..., "systemProperties": {...}}`: the message of a device as Event Grid and some routes hand it on. */
function readEnvelope(value: unknown, told: Told, unpackingsLeft: number): EventContent | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'body')) return undefined;
  const { body, systemProperties } = value as { body: unknown; systemProperties?: Record<string, unknown> };
  if (typeof systemProperties !== 'object' || systemProperties === null) return undefined;
  const content = readValue(body, told, unpackingsLeft - 1);
  if ('fault' in content) return content;
  const device = systemProperties['iothub-connection-device-id'];
  const messageSource = systemProperties['iothub-message-source'];
  return {
    ...content,
    ...(typeof device === 'string' && { device: device.slice(0, limits.keyCharactersMax) }),
    ...(typeof messageSource === 'string' && { messageSource }),
  };
}

const hasGzipMagic = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function unzipped(body: Uint8Array): { bytes: Uint8Array } | { fault: Fault } {
  try {
    return { bytes: gunzipSync(body, { maxOutputLength: limits.eventBytesMax }) };
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') return wrongEncoding('gzip', body);
    const expected = `at most ${limits.eventBytesMax} bytes when it is unpacked`;
    return { fault: { code: 'body.too_large', path: '', expected, got: 'more' } };
  }
}

const wrongEncoding = (expected: string, body: Uint8Array): { fault: Fault } => ({
  fault: {
    code: 'body.malformed_encoding',
    path: '',
    expected,
    got: describeValue(Buffer.from(body).toString('latin1')),
  },
});

const base64 = /^[A-Za-z0-9+/]{8,}={0,2}$/;
const openBrace = 0x7b;
const openBracket = 0x5b;

/** The bytes of base64 that holds JSON or gzip; undefined for any other text, however much it looks like base64. */
function decodedBase64(body: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(body).toString('latin1').trim();
  if (text.length % 4 !== 0 || !base64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const first = bytes.find((byte) => byte > 0x20);
  return first === openBrace || first === openBracket || hasGzipMagic(bytes) ? bytes : undefined;
}
