import { crc32, inflateRawSync } from 'node:zlib';
import { type Fault, ScoringError } from '../../core/fault.ts';
import { limits } from '../../core/limits.ts';
import {
  brokenZip,
  isPicture,
  localHeaderBytes,
  type ZipEntry,
  zipDirectoryIn,
  zipEntriesIn,
  zipTailBytes,
} from '../../core/pictures/zip-directory.ts';
import type { OpenFile } from '../../scoring/ports.ts';
import { readRange } from '../read-range.ts';

/** A local header may be longer than the directory tells: so much more is fetched with the file. */
const headerBytes = 512;

/** A file out of an archive, or what is wrong with it. */
export type Unpacked = { readonly bytes: Uint8Array } | { readonly fault: Fault };

/** The files of an archive, in the order of its directory. @throws {ScoringError} `archive.malformed` */
export async function zipEntriesOf(file: OpenFile): Promise<readonly ZipEntry[]> {
  const from = Math.max(0, file.bytes - zipTailBytes);
  const directory = valid(zipDirectoryIn(await readRange(file, from, file.bytes), from));
  if (directory.to - directory.from > limits.archiveDirectoryBytesMax) {
    throw broken(brokenZip(`a directory of ${directory.to - directory.from} bytes`));
  }
  return valid(zipEntriesIn(await readRange(file, directory.from, directory.to), file.bytes)).filter(isPicture);
}

/** Fetches and unpacks one file of an archive; never more than its directory says, and what a picture may be. */
export async function unpackEntry(file: OpenFile, entry: ZipEntry): Promise<Unpacked> {
  if (entry.isEncrypted) return { fault: brokenZip('an encrypted file') };
  if (entry.bytes > limits.pictureBytesMax || entry.packedBytes > limits.pictureBytesMax) {
    const expected = `at most ${limits.pictureBytesMax} bytes`;
    return { fault: { code: 'picture.too_large', path: '', expected, got: String(entry.bytes) } };
  }
  const end = Math.min(file.bytes, entry.at + headerBytes + entry.packedBytes);
  const fetched = await readRange(file, entry.at, end);
  const start = localHeaderBytes(fetched);
  if (start === undefined) return { fault: brokenZip('no file where the directory has one') };
  const all = start > headerBytes ? await readRange(file, entry.at, entry.at + start + entry.packedBytes) : fetched;
  return unpackBytes(all.subarray(start, start + entry.packedBytes), entry);
}

function unpackBytes(packed: Uint8Array, { method, bytes, crc }: ZipEntry): Unpacked {
  if (method !== 0 && method !== 8) return { fault: brokenZip(`a file packed by method ${method}`) };
  try {
    const unpacked = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(bytes, 1) });
    if (unpacked.length === bytes && crc32(unpacked) === crc) return { bytes: unpacked };
    return { fault: brokenZip('a file that is not the one of its checksum') };
  } catch (error) {
    return { fault: brokenZip((error as Error).message) };
  }
}

const broken = ({ code, got }: Fault) =>
  new ScoringError(code, `expected a ZIP archive, got ${got}`, { retryable: false });

function valid<T extends object>(value: T | Fault): T {
  if ('expected' in value) throw broken(value);
  return value;
}
