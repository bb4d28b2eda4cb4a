import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a] as const;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d] as const;

/** Where the text of a JSON string that begins behind `from - 1` ends: at its closing quote, or at the end of all. */
export function jsonStringEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; at < bytes.length && byte !== quote; byte = bytes[at]) at += byte === backslash ? 2 : 1;
  return Math.min(at, bytes.length);
}

const tooComplex = (expected: string): Fault => ({ code: 'json.too_complex', path: '', expected, got: 'more' });

/**
 * Why this JSON is not parsed, before it is: a parser takes a million brackets or names without a word, and a lot of
 * memory for them. Judges structure alone; whether it is JSON is for the parser.
 */
export function jsonBoundsFault(bytes: Uint8Array): Fault | undefined {
  const names = new Int32Array(limits.jsonDepthMax + 1);
  let depth = 0;
  let parts = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote:
        at = jsonStringEnd(bytes, at + 1);
        break;
      case openBrace:
      case openBracket:
        if (++depth > limits.jsonDepthMax) return tooComplex(`lists and objects ${limits.jsonDepthMax} deep at most`);
        if (++parts > limits.jsonPartsMax) return tooComplex(`at most ${limits.jsonPartsMax} lists and objects`);
        names[depth] = 0;
        break;
      case closeBrace:
      case closeBracket:
        if (depth > 0) depth--;
        break;
      case colon:
        if (++names[depth]! > limits.jsonNamesMax)
          return tooComplex(`at most ${limits.jsonNamesMax} names in an object`);
        break;
    }
  }
  return undefined;
}
