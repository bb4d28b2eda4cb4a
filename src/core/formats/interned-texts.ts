const tableSize = 4_096;
const textBytesMax = 32;
const lettersMax = 16;
const lastAscii = 0x7f;

/**
 * Texts of bytes that come again and again, as keys and categories do: one that was seen before costs no new string.
 * ASCII alone, in which one byte is one character.
 */
export class InternedTexts {
  /** By the hash of the bytes; a newer text takes the place of another one with the same hash. */
  readonly #texts: (string | undefined)[] = new Array(tableSize);

  /** @returns undefined when the bytes are not ASCII */
  textOf(bytes: Uint8Array, start: number, end: number): string | undefined {
    let hash = end - start;
    let all = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      all |= byte;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (all > lastAscii) return undefined;
    if (end - start > textBytesMax) return asciiText(bytes, start, end);
    const place = (hash ^ (hash >>> 12)) & (tableSize - 1);
    const known = this.#texts[place];
    if (known !== undefined && isText(known, bytes, start, end)) return known;
    const text = asciiText(bytes, start, end);
    this.#texts[place] = text;
    return text;
  }
}

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

/** Short texts, as keys and categories are, cost less letter by letter. */
function asciiText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > lettersMax)
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}
