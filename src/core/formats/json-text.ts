import type { Fault } from '../fault.ts';
import { jsonErrorPosition } from './json-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** The text of UTF-8 bytes, without a byte order mark; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Reads JSON from bytes. A fault says where the text goes wrong and shows nothing of it. */
export function parseJson(bytes: Uint8Array): { readonly value: unknown } | { readonly fault: Fault } {
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    return { fault: { code: 'text.not_utf8', path: '', expected: 'UTF-8', got: 'bytes that are not' } };
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: { code: 'json.malformed', path: '', expected: 'JSON', got: describePosition(text) } };
  }
}

function describePosition(text: string): string {
  const position = jsonErrorPosition(text);
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  const what = position >= text.length ? 'the end of the text' : 'something else';
  return `${what} at position ${position} (line ${line}, column ${column})`;
}
