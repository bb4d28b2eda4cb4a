/**
 * The service's own mapping of partition keys: Bob Jenkins' lookup3 (hashlittle2), folded to a signed 16-bit number.
 * Producers that buffer by partition compute it as well, so anything else would split a key over two partitions.
 */
const initialState = 0xdeadbeef;
const blockBytes = 12;

const rotateLeft = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));

function hash16(key: Buffer): number {
  let a = (initialState + key.length) | 0;
  let b = a;
  let c = a;
  let at = 0;
  for (; key.length - at > blockBytes; at += blockBytes) {
    a = (a + key.readInt32LE(at)) | 0;
    b = (b + key.readInt32LE(at + 4)) | 0;
    c = (c + key.readInt32LE(at + 8)) | 0;
    a = ((a - c) | 0) ^ rotateLeft(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotateLeft(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotateLeft(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotateLeft(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotateLeft(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotateLeft(b, 4);
    b = (b + a) | 0;
  }
  if (at === key.length) return fold(b, c);

  const tail = Buffer.alloc(blockBytes);
  key.copy(tail, 0, at);
  a = (a + tail.readInt32LE(0)) | 0;
  b = (b + tail.readInt32LE(4)) | 0;
  c = (c + tail.readInt32LE(8)) | 0;
  c = ((c ^ b) - rotateLeft(b, 14)) | 0;
  a = ((a ^ c) - rotateLeft(c, 11)) | 0;
  b = ((b ^ a) - rotateLeft(a, 25)) | 0;
  c = ((c ^ b) - rotateLeft(b, 16)) | 0;
  a = ((a ^ c) - rotateLeft(c, 4)) | 0;
  b = ((b ^ a) - rotateLeft(a, 14)) | 0;
  c = ((c ^ b) - rotateLeft(b, 24)) | 0;
  return fold(b, c);
}

const fold = (b: number, c: number) => ((b ^ c) << 16) >> 16;

/** The index of the partition that holds the events with this key. */
export function partitionIndexOf(key: string, partitions: number): number {
  return Math.abs(hash16(Buffer.from(key, 'utf8')) % partitions);
}
