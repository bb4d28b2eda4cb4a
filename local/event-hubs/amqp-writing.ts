/** Writes the few AMQP 1.0 encodings that the broker adds to a message. Each function returns the offset behind it. */

export const longCode = 0x81;
export const timestampCode = 0x83;
const string32Code = 0xb1;
const symbol8Code = 0xa3;
const map32Code = 0xd1;

/** Bytes of a long or timestamp with its constructor. */
export const longBytes = 9;
/** Bytes that go before a string's UTF-8. */
export const stringOverheadBytes = 5;
/** Bytes of a section that is a map, before its first entry: descriptor, constructor, size, count. */
export const mapSectionOverheadBytes = 12;

/** An encoded symbol, made once for each name that is used. */
export function encodedSymbol(name: string): Buffer {
  return Buffer.concat([Buffer.from([symbol8Code, name.length]), Buffer.from(name, 'ascii')]);
}

/** Writes a whole number below 2^53 in 8 bytes: two halves are ten times as fast as a BigInt. */
export function putInt64(bytes: Buffer, at: number, value: number): number {
  bytes.writeInt32BE(Math.floor(value / 2 ** 32), at);
  bytes.writeUInt32BE(value >>> 0, at + 4);
  return at + 8;
}

/** The counterpart of `putInt64`. */
export function int64At(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

/** Writes a map entry whose value is a long or a timestamp, as `code` says. */
export function putLongEntry(bytes: Buffer, at: number, key: Buffer, code: number, value: number): number {
  const valueAt = at + key.copy(bytes, at);
  bytes[valueAt] = code;
  return putInt64(bytes, valueAt + 1, value);
}

/** Writes a map entry whose value is a string. */
export function putStringEntry(bytes: Buffer, at: number, key: Buffer, value: string): number {
  const valueAt = at + key.copy(bytes, at);
  const length = bytes.write(value, valueAt + stringOverheadBytes, 'utf8');
  bytes[valueAt] = string32Code;
  bytes.writeUInt32BE(length, valueAt + 1);
  return valueAt + stringOverheadBytes + length;
}

/** Writes what goes before the entries of a map section that starts at `at` and ends at `end`. */
export function putMapSectionStart(bytes: Buffer, at: number, end: number, section: number, entries: number): void {
  bytes[at] = 0x00;
  bytes[at + 1] = 0x53; // The descriptor is an unsigned long of one byte.
  bytes[at + 2] = section;
  bytes[at + 3] = map32Code;
  bytes.writeUInt32BE(end - at - 8, at + 4);
  bytes.writeUInt32BE(entries * 2, at + 8);
}
