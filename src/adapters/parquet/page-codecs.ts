import * as zlib from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import { malformed, unsupported } from '../../core/parquet/broken.ts';
import { unpackHadoopLz4, unpackLz4 } from '../../core/parquet/lz4.ts';
import type { Unpack } from '../../core/parquet/page.ts';

/**
 * How Node's own unpackers stop where more comes out than the page says. All comes out in one piece: pieces of 16 KiB, as
 * is usual, cost as much again as unpacking. One byte more, or the next piece would be begun.
 */
const inOnePiece = (bytes: number) => ({ maxOutputLength: Math.max(bytes, 1), chunkSize: Math.max(bytes + 1, 64) });

const unpackers: Readonly<Record<string, Unpack>> = {
  UNCOMPRESSED: (packed) => packed,
  SNAPPY: (packed, bytes) => {
    const out = new Uint8Array(bytes);
    snappyUncompress(packed, out);
    return out;
  },
  GZIP: (packed, bytes) => zlib.gunzipSync(packed, inOnePiece(bytes)),
  BROTLI: (packed, bytes) => zlib.brotliDecompressSync(packed, inOnePiece(bytes)),
  ZSTD: (packed, bytes) => {
    if (typeof zlib.zstdDecompressSync !== 'function') {
      throw unsupported(`pages packed as ZSTD, which needs Node 22.15 or later; this is ${process.version}`);
    }
    return zlib.zstdDecompressSync(packed, inOnePiece(bytes));
  },
  LZ4_RAW: unpackLz4,
  LZ4: unpackHadoopLz4,
};

/** The unpacker of a codec. @throws {ParquetError} in the end, where what comes out is not what the page says */
export function unpackerOf(codec: string): Unpack {
  const unpack = Object.hasOwn(unpackers, codec) ? unpackers[codec]! : undefined;
  if (unpack === undefined) throw unsupported(`pages packed as ${codec}`);
  return (packed, bytes) => {
    if (bytes === 0) return new Uint8Array(0);
    const page = unpack(packed, bytes);
    if (page.length !== bytes) throw malformed(`a page holds ${page.length} bytes, not the ${bytes} that it says`);
    return page;
  };
}
