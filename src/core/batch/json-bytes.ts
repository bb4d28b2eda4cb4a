import { isJsonPointer, pointerSteps } from '../fault.ts';
import { JsonNumberReader, jsonNumberEnd } from '../formats/json-number.ts';
import { limits } from '../limits.ts';
import { acceptBoolean, acceptCategory, acceptMissing, acceptNumber, acceptText, acceptTime } from './accept-value.ts';
import type { Layout, Slot } from './layout.ts';
import type { RecordBatch } from './record-batch.ts';

/**
 * Reads records straight from the bytes of JSON into a batch: no text, no object. It knows the common case alone, flat
 * objects in ASCII whose every value fits, and declines everything else; `JSON.parse` then decides, and finds the words
 * for what is wrong. What it does take, it takes exactly as the long way does.
 */
export interface JsonBytesReader {
  /** Appends the one object that these bytes, or a line of them, are. @returns false when it declines; nothing is appended then */
  appendRecord(batch: RecordBatch, bytes: Uint8Array, from?: number, to?: number): boolean;
  /** Appends the objects of an array, or the one object. @returns false when it declines; the batch is to be thrown away then */
  appendRecords(batch: RecordBatch, bytes: Uint8Array): boolean;
}

/** Where the value of a name goes. */
interface Field {
  readonly index: number;
  /** undefined for the key of the record. */
  readonly slot: Slot | undefined;
}

/** A name as it stood at some position of the last record: the next one mostly has the same there. */
interface ExpectedName {
  /** The name with its quotes and colon. */
  readonly bytes: Uint8Array;
  /** undefined when nobody asked for this name. */
  readonly field: Field | undefined;
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a] as const;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d] as const;
const [letterN, letterT, letterF, space] = [0x6e, 0x74, 0x66, 0x20] as const;

const declined = -1;
const nameBytesMax = 256;
const number = new JsonNumberReader();

/** Compiles the reader of a layout. */
export function jsonBytesReader(layout: Layout): JsonBytesReader {
  return new BytesReader(layout);
}

class BytesReader implements JsonBytesReader {
  readonly #fields = new Map<string, Field>();
  readonly #slots: readonly Slot[];
  readonly #hasKey: boolean;
  /** For each field the number of the last record that had it: a field that comes twice is declined. */
  readonly #seenIn: Int32Array;
  readonly #expected: ExpectedName[] = [];
  readonly #declinesAll: boolean;
  #record = 0;
  /** Features found in the record at hand. */
  #found = 0;

  constructor(layout: Layout) {
    this.#slots = layout.slots;
    this.#hasKey = layout.keyNames.length > 0;
    layout.slots.forEach((slot, index) => {
      for (const name of [slot.feature.name, ...(slot.feature.aliases ?? [])]) this.#fields.set(name, { index, slot });
    });
    // A key that is a feature too has two places to go, and a JSON Pointer may mean a field: that is for the long way.
    const isShared = layout.keyNames.some((name) => this.#fields.has(name));
    const mayPointToFields = [...this.#fields.keys(), ...layout.keyNames].some(
      (name) => isJsonPointer(name) && pointerSteps(name).length === 1,
    );
    this.#declinesAll = isShared || mayPointToFields;
    for (const name of layout.keyNames) this.#fields.set(name, { index: layout.slots.length, slot: undefined });
    this.#seenIn = new Int32Array(layout.slots.length + 1);
  }

  appendRecord(batch: RecordBatch, bytes: Uint8Array, from = 0, to = bytes.length): boolean {
    const end = this.#readObject(batch, bytes, skipSpace(bytes, from));
    // An object that goes on behind the line is none of this line; blanks may lie between it and the next one.
    if (end === declined || end > to || skipSpace(bytes, end) < to) return false;
    batch.finishRow();
    return true;
  }

  appendRecords(batch: RecordBatch, bytes: Uint8Array): boolean {
    let at = skipSpace(bytes, 0);
    if (bytes[at] !== openBracket) return this.appendRecord(batch, bytes);
    do {
      at = this.#readObject(batch, bytes, skipSpace(bytes, at + 1));
      if (at === declined) return false;
      batch.finishRow();
      at = skipSpace(bytes, at);
    } while (bytes[at] === comma);
    return bytes[at] === closeBracket && skipSpace(bytes, at + 1) === bytes.length;
  }

  /** @returns where the object ends, or `declined` */
  #readObject(batch: RecordBatch, bytes: Uint8Array, start: number): number {
    if (this.#declinesAll || bytes[start] !== openBrace) return declined;
    const row = batch.startRow();
    this.#record++;
    this.#found = 0;
    if (this.#hasKey) batch.keys[row] = undefined;
    let at = start;
    let position = 0;
    do {
      at = this.#readField(batch, row, bytes, skipSpace(bytes, at + 1), position++);
      if (at === declined) return declined;
      at = skipSpace(bytes, at);
    } while (bytes[at] === comma);
    if (bytes[at] !== closeBrace) return declined;
    return this.#found === this.#slots.length || this.#fillMissing(batch, row) ? at + 1 : declined;
  }

  /** Reads `"name": value`. @returns where the value ends, or `declined` */
  #readField(batch: RecordBatch, row: number, bytes: Uint8Array, start: number, position: number): number {
    let name = this.#expected[position];
    let at = start + (name?.bytes.length ?? 0);
    if (name === undefined || !isAt(bytes, start, name.bytes)) {
      at = this.#learnName(bytes, start, position);
      if (at === declined) return declined;
      name = this.#expected[position] as ExpectedName;
    }
    at = skipSpace(bytes, at);
    const { field } = name;
    if (field === undefined) return skipValue(bytes, at);
    if (this.#seenIn[field.index] === this.#record) return declined;
    this.#seenIn[field.index] = this.#record;
    if (field.slot === undefined) return readKey(batch, row, bytes, at);
    this.#found++;
    return readValue(field.slot, batch, row, bytes, at);
  }

  /** Reads a name that was not expected here, and expects it from now on. @returns where its colon ends */
  #learnName(bytes: Uint8Array, start: number, position: number): number {
    if (bytes[start] !== quote || position >= limits.featuresMax) return declined;
    const end = textEnd(bytes, start + 1);
    // No feature has so long a name, and what is remembered must stay small.
    if (end === declined || end - start > nameBytesMax) return declined;
    const at = skipSpace(bytes, end + 1);
    if (bytes[at] !== colon) return declined;
    const name = textOf(bytes, start + 1, end);
    this.#expected[position] = { bytes: Buffer.from(`"${name}":`, 'latin1'), field: this.#fields.get(name) };
    return at + 1;
  }

  /** Applies the policy for missing values to the features that the record did not have. */
  #fillMissing(batch: RecordBatch, row: number): boolean {
    return this.#slots.every(
      (slot, index) => this.#seenIn[index] === this.#record || acceptMissing(slot, 'nothing', batch, row) === undefined,
    );
  }
}

function isAt(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at]! <= space && isSpace(bytes[at]!)) at++;
  return at;
}

const isSpace = (byte: number) => byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Position of the closing quote; declines what is escaped or not ASCII. */
function textEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === quote) return at;
    if (byte === backslash || byte < space || byte > 0x7e) return declined;
  }
  return declined;
}

/** The ASCII text between two positions. Short texts, as keys and categories are, cost less letter by letter. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 16) return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

function readKey(batch: RecordBatch, row: number, bytes: Uint8Array, start: number): number {
  if (bytes[start] !== quote) return declined;
  const end = textEnd(bytes, start + 1);
  if (end === declined || end === start + 1 || end - start > limits.keyCharactersMax) return declined;
  batch.keys[row] = textOf(bytes, start + 1, end);
  return end + 1;
}

/** Reads a value into its slot; declines when it does not fit. */
function readValue(slot: Slot, batch: RecordBatch, row: number, bytes: Uint8Array, start: number): number {
  const { type } = slot.feature;
  if (bytes[start] === letterN) {
    const end = wordEnd(bytes, start, 'null');
    return end !== declined && acceptMissing(slot, 'null', batch, row) === undefined ? end : declined;
  }
  if (type === 'number' || type === 'integer') {
    const end = number.read(bytes, start);
    if (end === declined) return declined;
    return acceptNumber(slot, number.value, batch, row) === undefined ? end : declined;
  }
  return type === 'boolean' ? readBoolean(slot, batch, row, bytes, start) : readText(slot, batch, row, bytes, start);
}

function readBoolean(slot: Slot, batch: RecordBatch, row: number, bytes: Uint8Array, start: number): number {
  const isTrue = bytes[start] === letterT;
  const end = wordEnd(bytes, start, isTrue ? 'true' : 'false');
  if (end !== declined) acceptBoolean(slot, isTrue, batch, row);
  return end;
}

const acceptByType = { category: acceptCategory, text: acceptText, timestamp: acceptTime } as const;

function readText(slot: Slot, batch: RecordBatch, row: number, bytes: Uint8Array, start: number): number {
  if (bytes[start] !== quote) return declined;
  const end = textEnd(bytes, start + 1);
  if (end === declined || end === start + 1) return declined;
  const accept = acceptByType[slot.feature.type as keyof typeof acceptByType];
  return accept(slot, textOf(bytes, start + 1, end), batch, row) === undefined ? end + 1 : declined;
}

function wordEnd(bytes: Uint8Array, start: number, word: string): number {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return declined;
  return start + word.length;
}

/** Passes over the value of a field that nobody asked for; declines lists and objects. */
function skipValue(bytes: Uint8Array, start: number): number {
  switch (bytes[start]) {
    case quote: {
      const end = textEnd(bytes, start + 1);
      return end === declined ? declined : end + 1;
    }
    case letterT:
      return wordEnd(bytes, start, 'true');
    case letterF:
      return wordEnd(bytes, start, 'false');
    case letterN:
      return wordEnd(bytes, start, 'null');
    default:
      return jsonNumberEnd(bytes, start);
  }
}
