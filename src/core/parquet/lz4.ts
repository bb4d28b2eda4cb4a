import { malformed } from './broken.ts';

/** A match is at least so long, and a length of 15 goes on in further bytes. */
const [matchMin, lengthOpen] = [4, 15];

/** Unpacks one LZ4 block (LZ4_RAW) into exactly `bytes` bytes. */
export function unpackLz4(packed: Uint8Array, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  let [at, filled] = [0, 0];
  const length = (open: number): number => {
    let total = open;
    if (open < lengthOpen) return total;
    for (;;) {
      const more = packed[at++];
      if (more === undefined) throw malformed('an LZ4 block is cut off');
      total += more;
      if (more < 255) return total;
    }
  };
  while (at < packed.length) {
    const token = packed[at++]!;
    const literals = length(token >> 4);
    if (at + literals > packed.length || filled + literals > bytes) throw malformed('an LZ4 block is broken');
    out.set(packed.subarray(at, at + literals), filled);
    at += literals;
    filled += literals;
    if (at >= packed.length) break;
    const offset = packed[at]! | ((packed[at + 1] ?? 0) << 8);
    at += 2;
    const match = length(token & 15) + matchMin;
    if (offset === 0 || offset > filled || filled + match > bytes) throw malformed('an LZ4 block is broken');
    for (const end = filled + match; filled < end; filled++) out[filled] = out[filled - offset]!;
  }
  if (filled !== bytes) throw malformed(`an LZ4 block holds ${filled} bytes, not ${bytes}`);
  return out;
}

/** Unpacks what Hadoop writes as LZ4: blocks, each behind its two lengths, with the highest byte first. */
export function unpackHadoopLz4(packed: Uint8Array, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let [at, filled] = [0, 0];
  while (at + 8 <= packed.length) {
    const [unpackedBytes, packedBytes] = [view.getUint32(at), view.getUint32(at + 4)];
    // Some writers call a bare block LZ4 too.
    if (at + 8 + packedBytes > packed.length || filled + unpackedBytes > bytes) return unpackLz4(packed, bytes);
    out.set(unpackLz4(packed.subarray(at + 8, at + 8 + packedBytes), unpackedBytes), filled);
    at += 8 + packedBytes;
    filled += unpackedBytes;
  }
  return filled === bytes ? out : unpackLz4(packed, bytes);
}
