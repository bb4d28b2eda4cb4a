import { describe, expect, test } from 'vitest';
import { unpackHadoopLz4, unpackLz4 } from '../../../src/core/parquet/lz4.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
/** `abc`, then six bytes from three back, then `xyz`, which ends a block. */
const block = Buffer.from([0x32, 0x61, 0x62, 0x63, 0x03, 0x00, 0x30, 0x78, 0x79, 0x7a]);
const unpacked = 'abcabcabcxyz';

test('a block repeats what was there before, byte by byte', () => {
  expect(text(unpackLz4(block, unpacked.length))).toBe(unpacked);
});

test('lengths of 15 and more go on in further bytes', () => {
  const literals = Buffer.alloc(300, 'q');
  const long = Buffer.concat([Buffer.from([0xf0, 0xff, 300 - 15 - 255]), literals]);
  expect(text(unpackLz4(long, 300))).toBe(literals.toString());
});

test('Hadoop frames each block by its lengths; a bare one is read, too', () => {
  const frame = (unpackedBytes: number, packed: Buffer) => {
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32BE(unpackedBytes, 0);
    lengths.writeUInt32BE(packed.length, 4);
    return Buffer.concat([lengths, packed]);
  };
  const two = Buffer.concat([frame(unpacked.length, block), frame(unpacked.length, block)]);
  expect(text(unpackHadoopLz4(two, 2 * unpacked.length))).toBe(unpacked + unpacked);
  expect(text(unpackHadoopLz4(block, unpacked.length))).toBe(unpacked);
});

describe('a broken block is refused', () => {
  test.each([
    ['one that is cut off', block.subarray(0, 8), unpacked.length],
    ['one that holds more', block, unpacked.length - 1],
    ['one that holds less', block, unpacked.length + 1],
    ['one that repeats what is not there', Buffer.from([0x12, 0x61, 0x09, 0x00, 0x30, 0x78]), 7],
    ['a length without an end', Buffer.from([0xf0, 0xff]), 300],
  ])('%s', (_, bytes, length) => {
    expect(() => unpackLz4(bytes, length)).toThrow('LZ4');
  });
});
