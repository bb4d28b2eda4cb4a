const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
const [comma, quote, backslash, blank, tab, lineFeed, carriageReturn] = [0x2c, 0x22, 0x5c, 0x20, 0x09, 0x0a, 0x0d];

/** Whether JSON lets this byte stand between any two of its parts. */
export const isJsonSpace = (byte: number | undefined): boolean =>
  byte === blank || byte === tab || byte === lineFeed || byte === carriageReturn;

/** Looks for the end of a record in an array, in pieces: by brackets and quotes alone, whatever else is wrong inside. */
export class JsonRecordEnd {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;

  /** Looks on from `from`, which lies behind all that was looked at. @returns -1 when the end is not among these bytes */
  find(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      if (this.#isInText) {
        at = this.#passText(bytes, at);
        continue;
      }
      switch (bytes[at]) {
        case quote:
          this.#isInText = true;
          break;
        case openBrace:
        case openBracket:
          this.#depth++;
          break;
        case closeBrace:
        case closeBracket:
          // A bracket that was not opened belongs to the array: the record was a number or a word.
          if (this.#depth === 0) return at;
          if (--this.#depth === 0) return at + 1;
          break;
        default:
          if (this.#depth === 0 && (bytes[at] === comma || isJsonSpace(bytes[at]))) return at;
      }
    }
    return -1;
  }

  /** @returns where the text ends that goes on at `from`, or the last byte */
  #passText(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) {
        this.#isInText = false;
        return at;
      }
    }
    return bytes.length;
  }
}
