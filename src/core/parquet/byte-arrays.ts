/** Texts or other runs of bytes of a page: where each begins and ends, without an object for each. */
export interface ByteArrays {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export const bytesAt = ({ bytes, starts, ends }: ByteArrays, at: number): Uint8Array =>
  bytes.subarray(starts[at], ends[at]);
