import { crc32, deflateRawSync } from 'node:zlib';

/** A file of an archive. */
export interface ZipEntry {
  /** With forward slashes, relative. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** The DOS format counts from here; what is built twice has the same time twice. */
const dosDate = 0x0021; // 1980-01-01
const dosTime = 0;
const versionNeeded = 20;
const madeByUnix = (3 << 8) | versionNeeded;
const utf8Names = 0x0800;
const deflated = 8;
/** More takes three times as long for one part in a hundred. */
const level = 6;
/** A regular file that everybody reads and its owner writes. */
const mode = 0o100644;

/**
 * A ZIP archive that depends on nothing but its files: sorted by path, one fixed time, one mode.
 * @throws {RangeError} for more files or bytes than the plain format holds
 */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  if (entries.length > 0xfffe) throw new RangeError(`${entries.length} files are too many for one archive.`);
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes } of sorted) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(bytes, { level });
    const facts = factsOf(bytes, packed, name);
    const local = Buffer.concat([signature(0x04034b50), uint16(versionNeeded), facts, uint16(0), name]);
    directory.push(
      signature(0x02014b50),
      uint16(madeByUnix),
      uint16(versionNeeded),
      facts,
      Buffer.concat([uint16(0), uint16(0), uint16(0), uint16(0), uint32((mode << 16) >>> 0), uint32(offset), name]),
    );
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.concat([
    signature(0x06054b50),
    uint32(0),
    uint16(sorted.length),
    uint16(sorted.length),
    uint32(central.length),
    uint32(offset),
    uint16(0),
  ]);
  return Buffer.concat([...parts, central, end]);
}

/** What both headers of a file say of it: flags, method, time, checksum, sizes, length of the name. */
const factsOf = (bytes: Buffer, packed: Buffer, name: Buffer) =>
  Buffer.concat([
    uint16(utf8Names),
    uint16(deflated),
    uint16(dosTime),
    uint16(dosDate),
    uint32(crc32(bytes)),
    uint32(packed.length),
    uint32(bytes.length),
    uint16(name.length),
  ]);

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

const signature = uint32;
