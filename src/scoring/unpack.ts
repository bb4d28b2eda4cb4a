import * as zlib from 'node:zlib';
import { ScoringError } from '../core/fault.ts';
import { limits } from '../core/limits.ts';

/** How a file is packed, whatever is in it. */
export type Packing = 'gzip' | 'zstd';

type Unpacker = zlib.Gunzip | zlib.ZstdDecompress;

/** What an unpacker hands out at once. */
const chunkSize = 1 << 18;
/** Base-2 logarithm of what a packed file may make its reader remember: 32 MiB, enough for all but the slowest levels. */
const windowLogMax = 25;

/**
 * The bytes that were packed, in pieces; several packed one behind the other are read as one. Ends as soon as more comes
 * out than may, whatever is still to come.
 * @param packedBytes how long the packed file is
 * @throws {ScoringError} `file.too_large`, `body.malformed_encoding`, `file.unknown_format` where Node is too old for zstd
 */
export async function* unpacked(
  pieces: AsyncIterable<Uint8Array>,
  packing: Packing,
  packedBytes: number,
): AsyncGenerator<Uint8Array> {
  const bytesMax = Math.min(
    limits.unpackedBytesMax,
    Math.max(limits.unpackedFreeBytes, limits.unpackedRatioMax * packedBytes),
  );
  let bytes = 0;
  for await (const piece of allUnpacked(pieces, packing)) {
    bytes += piece.length;
    if (bytes > bytesMax) {
      const message = `expected at most ${bytesMax} bytes out of ${packedBytes} of ${packing}, got more`;
      throw new ScoringError('file.too_large', message, { retryable: false });
    }
    yield piece;
  }
}

async function* allUnpacked(pieces: AsyncIterable<Uint8Array>, packing: Packing): AsyncGenerator<Uint8Array> {
  let member = new Member(packing);
  try {
    for await (const piece of pieces) {
      for (let rest = piece; rest.length > 0; ) {
        const taken = member.bytesTaken;
        yield* member.pass(rest);
        rest = rest.subarray(member.bytesTaken - taken);
        if (rest.length === 0) break;
        // It ended before its bytes did: what is left is another one.
        yield* member.finish();
        member.close();
        member = new Member(packing);
      }
    }
    yield* member.finish();
  } finally {
    member.close();
  }
}

/** One of the packed parts that a file may consist of. */
class Member {
  readonly #stream: Unpacker;
  readonly #packing: Packing;
  #error: Error | undefined;
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor(packing: Packing) {
    this.#packing = packing;
    this.#stream = unpackerOf(packing);
    this.#stream.on('error', (error) => {
      this.#error = error;
      this.#wake();
    });
    this.#stream.on('end', () => {
      this.#hasEnded = true;
      this.#wake();
    });
    this.#stream.on('readable', () => this.#wake());
  }

  /** Packed bytes that were needed so far. */
  get bytesTaken(): number {
    return this.#stream.bytesWritten;
  }

  /** What comes out when these bytes have gone in. */
  async *pass(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    let hasTaken = false;
    this.#stream.write(bytes, () => {
      hasTaken = true;
      this.#wake();
    });
    yield* this.#outputUntil(() => hasTaken);
  }

  /** What comes out at the end. */
  async *finish(): AsyncGenerator<Uint8Array> {
    this.#stream.end();
    yield* this.#outputUntil(() => this.#hasEnded);
  }

  close(): void {
    this.#stream.destroy();
  }

  async *#outputUntil(isDone: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      for (let bytes = this.#stream.read(); bytes !== null; bytes = this.#stream.read()) yield bytes as Buffer;
      if (this.#error !== undefined) throw malformed(this.#packing, this.#error);
      if (isDone()) return;
      await woken;
    }
  }
}

const malformed = (packing: Packing, cause: Error): ScoringError =>
  new ScoringError('body.malformed_encoding', `the file is not whole or no ${packing}: ${cause.message}`, {
    retryable: false,
    cause,
  });

function unpackerOf(packing: Packing): Unpacker {
  if (packing === 'gzip') return zlib.createGunzip({ chunkSize });
  if (typeof zlib.createZstdDecompress !== 'function') {
    const message = `.zst needs Node 22.15 or later, this is ${process.version}`;
    throw new ScoringError('file.unknown_format', message, { retryable: false });
  }
  return zlib.createZstdDecompress({ chunkSize, params: { [zlib.constants.ZSTD_d_windowLogMax]: windowLogMax } });
}
