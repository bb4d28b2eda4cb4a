import type { CsvDialect } from '../manifest/csv.ts';

/** How a text file is encoded, and its text in UTF-8 without a byte order mark. */
export interface SniffedText {
  readonly encoding: CsvDialect['encoding'];
  readonly utf8: Uint8Array;
}

/** Share of NUL bytes from which a text is taken for UTF-16: of Latin letters every second byte is one. */
const nulShareMin = 0.25;
/** What tells Windows-1252 from Latin-1, which has control characters there that nobody writes. */
const [windowsFirst, windowsLast] = [0x80, 0x9f] as const;

/** Finds out how a text is encoded: by its byte order mark, by its zeros, by whether it is UTF-8. */
export function sniffEncoding(bytes: Uint8Array): SniffedText {
  const encoding = encodingOf(bytes);
  const isBigEndian = encoding === 'utf-16' && bytes[0] === 0xfe && bytes[1] === 0xff;
  // TextDecoder takes the mark away, and calls windows-1252 what differs from Latin-1 in control characters alone.
  const decoder = new TextDecoder(isBigEndian ? 'utf-16be' : encoding === 'latin1' ? 'windows-1252' : encoding);
  return { encoding, utf8: Buffer.from(decoder.decode(bytes, { stream: true })) };
}

function encodingOf(bytes: Uint8Array): CsvDialect['encoding'] {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf-16';
  const zeros = bytes.reduce((count, byte) => count + Number(byte === 0), 0);
  if (zeros > nulShareMin * bytes.length) return 'utf-16';
  if (isUtf8(bytes)) return 'utf-8';
  return bytes.some((byte) => byte >= windowsFirst && byte <= windowsLast) ? 'windows-1252' : 'latin1';
}

/** The last character may be cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
