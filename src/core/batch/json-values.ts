import { InternedTexts } from '../formats/interned-texts.ts';
import { JsonNumberReader, jsonNumberEnd } from '../formats/json-number.ts';
import { limits } from '../limits.ts';
import { acceptBoolean, acceptCategory, acceptMissing, acceptNumber, acceptText, acceptTime } from './accept-value.ts';
import type { Slot } from './layout.ts';
import type { RecordBatch } from './record-batch.ts';

/** What stands for the end of something that is not of the common case. */
export const declined = -1;

const [quote, backslash, space] = [0x22, 0x5c, 0x20] as const;
const [letterN, letterT, letterF] = [0x6e, 0x74, 0x66] as const;

const number = new JsonNumberReader();
const texts = new InternedTexts();

/** Where the blanks that begin here end. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at]! <= space && isSpace(bytes[at]!)) at++;
  return at;
}

const isSpace = (byte: number) => byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Position of the closing quote; declines what is escaped or not ASCII. */
export function textEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === quote) return at;
    if (byte === backslash || byte < space || byte > 0x7e) return declined;
  }
  return declined;
}

/** The text between two positions, which is ASCII. */
export const textOf = (bytes: Uint8Array, start: number, end: number): string => texts.textOf(bytes, start, end)!;

/** Reads the key of a row. @returns where it ends, or `declined` */
export function readKey(batch: RecordBatch, row: number, bytes: Uint8Array, start: number): number {
  if (bytes[start] !== quote) return declined;
  const end = textEnd(bytes, start + 1);
  if (end === declined || end === start + 1 || end - start > limits.keyCharactersMax) return declined;
  batch.keys[row] = textOf(bytes, start + 1, end);
  return end + 1;
}

/** Reads a value into its slot. @returns where it ends, or `declined` when it does not fit */
export function readValue(slot: Slot, batch: RecordBatch, row: number, bytes: Uint8Array, start: number): number {
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
export function skipValue(bytes: Uint8Array, start: number): number {
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
