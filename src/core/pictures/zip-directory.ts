import type { Fault } from '../fault.ts';
import { describeValue } from '../fault.ts';

/** One file of an archive, as its directory has it. */
export interface ZipEntry {
  readonly name: string;
  /** How it is packed: 0 not at all, 8 by deflate. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its local header begins. */
  readonly at: number;
}

/** Where the directory of an archive lies. */
export interface ZipDirectory {
  readonly from: number;
  readonly to: number;
}

const signatures = { local: 0x04034b50, entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const [entryBytes, endBytes, locatorBytes, localBytes] = [46, 22, 20, 30] as const;
/** What stands for a number that is in the 64-bit fields. */
const elsewhere = 0xffffffff;

/** How much of an archive's end must be read to find its directory: the longest comment, and the records before it. */
export const zipTailBytes = 0xffff + endBytes + locatorBytes + 56;

export const brokenZip = (got: string): Fault => ({
  code: 'archive.malformed',
  path: '',
  expected: 'a ZIP archive',
  got,
});

/** Finds the directory in the last bytes of an archive. @param from which byte of the file the tail begins with */
export function zipDirectoryIn(tail: Uint8Array, from: number): ZipDirectory | Fault {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = bytes.length - endBytes; at >= 0; at--) {
    if (bytes.readUInt32LE(at) !== signatures.end || at + endBytes + bytes.readUInt16LE(at + 20) !== bytes.length)
      continue;
    const [length, start] = [bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 16)];
    if (length !== elsewhere && start !== elsewhere) return checked({ from: start, to: start + length }, from + at);
    const locator = at - locatorBytes;
    if (locator < 0 || bytes.readUInt32LE(locator) !== signatures.locator64) return brokenZip('no 64-bit directory');
    const end64 = Number(bytes.readBigUInt64LE(locator + 8)) - from;
    if (!(end64 >= 0 && end64 + 56 <= bytes.length) || bytes.readUInt32LE(end64) !== signatures.end64) {
      return brokenZip('no 64-bit directory');
    }
    const start64 = Number(bytes.readBigUInt64LE(end64 + 48));
    return checked({ from: start64, to: start64 + Number(bytes.readBigUInt64LE(end64 + 40)) }, from + end64);
  }
  return brokenZip('a file without the end of one');
}

const checked = (directory: ZipDirectory, end: number): ZipDirectory | Fault =>
  directory.from <= directory.to && directory.to <= end ? directory : brokenZip('a directory outside of the file');

/**
 * Reads the directory.
 * @param archiveBytes how long the archive is: files that lie over each other to unpack the same bytes many times are refused
 */
export function zipEntriesIn(directory: Uint8Array, archiveBytes: number): ZipEntry[] | Fault {
  const bytes = Buffer.from(directory.buffer, directory.byteOffset, directory.byteLength);
  const entries: ZipEntry[] = [];
  let packed = 0;
  for (let at = 0; at < bytes.length; ) {
    if (at + entryBytes > bytes.length || bytes.readUInt32LE(at) !== signatures.entry)
      return brokenZip('a broken directory');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const end = at + entryBytes + nameBytes + extraBytes + commentBytes;
    if (end > bytes.length) return brokenZip('a broken directory');
    const extra = bytes.subarray(at + entryBytes + nameBytes, at + entryBytes + nameBytes + extraBytes);
    const flags = bytes.readUInt16LE(at + 8);
    const sizes = wideNumbers(extra, [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ]);
    const [unpackedBytes, packedBytes, start] = sizes as [number, number, number];
    const name = bytes.toString(
      (flags & 0x800) === 0 ? 'latin1' : 'utf8',
      at + entryBytes,
      at + entryBytes + nameBytes,
    );
    packed += packedBytes;
    if (packed > archiveBytes || start + localBytes + packedBytes > archiveBytes) {
      return brokenZip(`files that do not fit in it, as ${describeValue(name)}`);
    }
    entries.push({
      name,
      method: bytes.readUInt16LE(at + 10),
      isEncrypted: (flags & 1) === 1,
      crc: bytes.readUInt32LE(at + 16),
      packedBytes,
      bytes: unpackedBytes,
      at: start,
    });
    at = end;
  }
  return entries;
}

/** Numbers of 32 bits, or in their place those of 64 bits that an extra field has in the same order. */
function wideNumbers(extra: Buffer, numbers: readonly number[]): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    return numbers.map((number) => {
      if (number !== elsewhere || next + 8 > extra.length) return number;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    });
  }
  return [...numbers];
}

/** How many bytes stand before a file's own, by its local header; undefined when there is none. */
export function localHeaderBytes(header: Uint8Array): number | undefined {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  if (bytes.length < localBytes || bytes.readUInt32LE(0) !== signatures.local) return undefined;
  return localBytes + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
}

/** Folders, and what systems put into archives beside what a person did. */
export const isPicture = ({ name }: ZipEntry): boolean =>
  !name.endsWith('/') && !name.startsWith('__MACOSX/') && !/(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(name);
