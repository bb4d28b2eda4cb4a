import { inflateRawSync } from 'node:zlib';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endBytes = 22;
const commentBytesMax = 0xffff;
/** No file of a package is larger. */
const fileBytesMax = 512 << 20;

/** Where a file lies in an archive. */
interface Entry {
  readonly packedBytes: number;
  readonly bytes: number;
  readonly method: number;
  readonly offset: number;
}

/** Reads files out of a package, a plain ZIP archive. */
export class ZipFiles {
  readonly #zip: Buffer;
  readonly #entries = new Map<string, Entry>();

  /** @throws {Error} when this is no ZIP archive */
  constructor(zip: Uint8Array) {
    this.#zip = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
    const end = this.#endOfDirectory();
    let at = this.#zip.readUInt32LE(end + 16);
    for (let left = this.#zip.readUInt16LE(end + 10); left > 0; left--) at = this.#readEntry(at);
  }

  get paths(): string[] {
    return [...this.#entries.keys()];
  }

  /** @throws {Error} when there is no such file, or it cannot be unpacked */
  read(path: string): Buffer {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw new Error(`The package has no ${path}.`);
    const { offset, packedBytes, bytes, method } = entry;
    const begin = offset + 30 + this.#zip.readUInt16LE(offset + 26) + this.#zip.readUInt16LE(offset + 28);
    const packed = this.#zip.subarray(begin, begin + packedBytes);
    if (bytes > fileBytesMax) throw new Error(`${path} has ${bytes} bytes; at most ${fileBytesMax} are read.`);
    return method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
  }

  #endOfDirectory(): number {
    const first = Math.max(0, this.#zip.length - endBytes - commentBytesMax);
    for (let at = this.#zip.length - endBytes; at >= first; at--)
      if (this.#zip.readUInt32LE(at) === endSignature) return at;
    throw new Error('This is no ZIP archive.');
  }

  /** @returns where the next one begins */
  #readEntry(at: number): number {
    const zip = this.#zip;
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== entrySignature)
      throw new Error('The directory of this ZIP archive is broken.');
    const nameBytes = zip.readUInt16LE(at + 28);
    this.#entries.set(zip.toString('utf8', at + 46, at + 46 + nameBytes), {
      method: zip.readUInt16LE(at + 10),
      packedBytes: zip.readUInt32LE(at + 20),
      bytes: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    });
    return at + 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}
