import { jsonStringEnd } from '../../formats/json-bounds.ts';

/** Where a value stands in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A call's JSON without the data of its inputs: in the place of each stands its number among the spans. */
export interface CutJson {
  readonly text: Uint8Array;
  readonly data: readonly Span[];
}

const [quote, comma, colon] = [0x22, 0x2c, 0x3a] as const;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d] as const;
/** The data of an input are a value under this name, at this depth: `{"inputs": [{"data": ...}]}`. */
const [inputsName, dataName, dataDepth] = ['inputs', 'data', 3] as const;

/**
 * Takes the data of inputs out of a body, so that neither a million numbers become a million values of JavaScript nor
 * 64-bit integers lose digits. Nothing is judged here: what is left is parsed, what was taken out is decoded strictly.
 */
export function cutData(bytes: Uint8Array): CutJson {
  const data: Span[] = [];
  const pieces: Uint8Array[] = [];
  let [copied, depth, isInInputs] = [0, 0, false];
  let name: Span = { start: 0, end: 0 };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      const end = jsonStringEnd(bytes, at + 1);
      name = { start: at + 1, end };
      at = end;
    } else if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) depth--;
    else if (byte === colon && depth === 1) isInInputs = isName(bytes, name, inputsName);
    else if (byte === colon && depth === dataDepth && isInInputs && isName(bytes, name, dataName)) {
      const start = skipSpace(bytes, at + 1);
      const end = valueEnd(bytes, start);
      pieces.push(bytes.subarray(copied, start), Buffer.from(String(data.length)));
      data.push({ start, end });
      copied = end;
      at = end - 1;
    }
  }
  return { text: Buffer.concat([...pieces, bytes.subarray(copied)]), data };
}

/** The position in the whole body of a position in what was left of it. */
export function positionInBody({ data }: CutJson, position: number): number {
  let added = 0;
  for (const [i, { start, end }] of data.entries()) {
    if (position <= start - added) break;
    added += end - start - String(i).length;
  }
  return position + added;
}

function isName(bytes: Uint8Array, { start, end }: Span, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** Where a value ends: a list or object at its last bracket, anything else before the next comma or bracket. */
function valueEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = jsonStringEnd(bytes, at + 1);
    else if (byte === openBracket || byte === openBrace) depth++;
    else if (byte === closeBracket || byte === closeBrace) {
      depth--;
      if (depth < 0) return at;
      if (depth === 0) return at + 1;
    } else if (byte === comma && depth === 0) return at;
  }
  return bytes.length;
}
