import { jsonBoundsFault } from '../formats/json-bounds.ts';
import { decodeUtf8, parseJson } from '../formats/json-text.ts';
import type { FieldTree } from './field-tree.ts';

/** What stands in place of a value. */
export const mask = '***';

/** A body without its sensitive values. */
export interface ConcealedBody {
  readonly text: string;
  /** Names of the features whose values were there, sorted. */
  readonly masked: readonly string[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Envelopes inside each other, as far as events are read. */
const envelopesMax = 3;

/**
 * Conceals what is sensitive in an event's body: JSON records, a list of them, or one on each line, also inside of the
 * envelope of IoT Hub. Values of other features and of the key stay. A field that the manifest does not name is left out
 * with its name: it may be a sensitive one that is spelled wrong.
 * @returns undefined for a body that is not understood: packed, no JSON, or not made of records
 */
export function concealBody(body: Uint8Array, tree: FieldTree): ConcealedBody | undefined {
  if (jsonBoundsFault(body) !== undefined) return undefined;
  const masked = new Set<string>();
  const json = parseJson(body);
  const text =
    'value' in json ? textOf(concealContent(json.value, tree, masked, envelopesMax)) : concealLines(body, tree, masked);
  return text === undefined ? undefined : { text, masked: [...masked].sort() };
}

const textOf = (value: object | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

function concealLines(body: Uint8Array, tree: FieldTree, masked: Set<string>): string | undefined {
  const lines = decodeUtf8(body)
    ?.split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const concealed: string[] = [];
  for (const line of lines ?? []) {
    const json = parseJson(Buffer.from(line));
    if ('fault' in json || !isObject(json.value)) return undefined;
    concealed.push(JSON.stringify(concealRecord(json.value, tree, masked)));
  }
  return concealed.length === 0 ? undefined : concealed.join('\n');
}

function concealContent(
  value: unknown,
  tree: FieldTree,
  masked: Set<string>,
  envelopesLeft: number,
): object | undefined {
  if (Array.isArray(value)) {
    return value.every(isObject) ? value.map((record) => concealRecord(record, tree, masked)) : undefined;
  }
  if (!isObject(value)) return undefined;
  const { systemProperties } = value;
  if (!Object.hasOwn(value, 'body') || !isObject(systemProperties)) return concealRecord(value, tree, masked);
  if (envelopesLeft === 0) return undefined;
  const body = concealContent(value.body, tree, masked, envelopesLeft - 1);
  return body && { body, systemProperties: ofIotHub(systemProperties) };
}

/** What the service itself says of a message. */
const ofIotHub = (properties: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).filter(([name, value]) => name.startsWith('iothub-') && typeof value === 'string'),
  );

const concealRecord = (record: JsonObject, tree: FieldTree, masked: Set<string>): JsonObject =>
  Object.fromEntries(
    [...tree.inside]
      .filter(([name]) => Object.hasOwn(record, name))
      .map(([name, place]) => [name, concealValue(record[name], place, masked)]),
  );

function concealValue(value: unknown, place: FieldTree, masked: Set<string>): unknown {
  if (place.sensitive !== undefined) {
    masked.add(place.sensitive);
    return mask;
  }
  if (typeof value !== 'object' || value === null) return place.isKept ? value : mask;
  if (place.inside.size === 0) return mask;
  if (!Array.isArray(value)) return concealRecord(value as JsonObject, place, masked);
  return value.map((item, i) => {
    const inside = place.inside.get(String(i));
    return inside === undefined ? mask : concealValue(item, inside, masked);
  });
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
