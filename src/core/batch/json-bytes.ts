import { limits } from '../limits.ts';
import { acceptMissing } from './accept-value.ts';
import { type Field, fieldsOf } from './json-fields.ts';
import { appendLists } from './json-lists.ts';
import { JsonShape } from './json-shape.ts';
import { declined, readKey, readValue, skipSpace, skipValue, textEnd, textOf } from './json-values.ts';
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
  /**
   * Appends rows that are lists of values, one for each name.
   * @returns false when it declines; the batch is to be thrown away then
   */
  appendLists(batch: RecordBatch, bytes: Uint8Array, names: readonly string[]): boolean;
}

/** A name as it stood at some position of the last record: the next one mostly has the same there. */
interface ExpectedName {
  /** The name with its quotes and colon. */
  readonly bytes: Uint8Array;
  /** undefined when nobody asked for this name. */
  readonly field: Field | undefined;
}

const [quote, comma, colon] = [0x22, 0x2c, 0x3a] as const;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d] as const;

const nameBytesMax = 256;
/** Records of other shapes in a row after which none is expected any more. */
const missesMax = 8;
/** The most records of other shapes that come before a new one is expected. */
const shapesMax = 1_024;

/** Compiles the reader of a layout. */
export function jsonBytesReader(layout: Layout): JsonBytesReader {
  return new BytesReader(layout);
}

class BytesReader implements JsonBytesReader {
  readonly #layout: Layout;
  /** undefined where nothing is of the common case. */
  readonly #fields: ReadonlyMap<string, Field> | undefined;
  readonly #slots: readonly Slot[];
  readonly #hasKey: boolean;
  /** For each field the number of the last record that had it: a field that comes twice is declined. */
  readonly #seenIn: Int32Array;
  readonly #expected: ExpectedName[] = [];
  /** Where the values of the record at hand begin and end. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Reads records that are like one before. */
  #shape: JsonShape | undefined;
  /** Records in a row that were of another shape. */
  #misses = 0;
  /** Records of other shapes until one of them is expected. */
  #untilShape = 1;
  #shapes = 1;
  #record = 0;
  /** Features found in the record at hand. */
  #found = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#fields = fieldsOf(layout);
    this.#slots = layout.slots;
    this.#hasKey = layout.keyNames.length > 0;
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

  appendLists(batch: RecordBatch, bytes: Uint8Array, names: readonly string[]): boolean {
    return this.#fields !== undefined && appendLists(this.#layout, this.#fields, batch, bytes, names);
  }

  /** @returns where the object ends, or `declined` */
  #readObject(batch: RecordBatch, bytes: Uint8Array, start: number): number {
    if (this.#fields === undefined || bytes[start] !== openBrace) return declined;
    const row = batch.startRow();
    const shaped = this.#shape?.read(batch, row, bytes, start) ?? declined;
    if (shaped !== declined) {
      this.#misses = 0;
      return shaped;
    }
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
    if (this.#found < this.#slots.length && !this.#fillMissing(batch, row)) return declined;
    // Records of many shapes are read as they come: to try the wrong one each time would cost more than it spares.
    if (++this.#misses > missesMax) this.#shape = undefined;
    if (--this.#untilShape <= 0) this.#learnShape(bytes, start, at + 1, position);
    return at + 1;
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
    const end = this.#readNamed(name, batch, row, bytes, at);
    this.#starts[position] = at;
    this.#ends[position] = end;
    return end;
  }

  #readNamed({ field }: ExpectedName, batch: RecordBatch, row: number, bytes: Uint8Array, at: number): number {
    if (field === undefined) return skipValue(bytes, at);
    if (this.#seenIn[field.index] === this.#record) return declined;
    this.#seenIn[field.index] = this.#record;
    if (field.slot === undefined) return readKey(batch, row, bytes, at);
    this.#found++;
    return readValue(field.slot, batch, row, bytes, at);
  }

  /** Expects records like this one from now on. */
  #learnShape(bytes: Uint8Array, start: number, end: number, count: number): void {
    this.#shapes = Math.min(2 * this.#shapes, shapesMax);
    this.#untilShape = this.#shapes;
    const values = Array.from({ length: count }, (_, i) => ({
      field: this.#expected[i]?.field,
      start: this.#starts[i]!,
      end: this.#ends[i]!,
    }));
    const absent = this.#slots.filter((_, index) => this.#seenIn[index] !== this.#record);
    const lacksKey = this.#hasKey && this.#seenIn[this.#slots.length] !== this.#record;
    this.#shape = new JsonShape(bytes, start, end, values, absent, lacksKey);
    this.#misses = 0;
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
    this.#expected[position] = { bytes: Buffer.from(`"${name}":`, 'latin1'), field: this.#fields?.get(name) };
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
