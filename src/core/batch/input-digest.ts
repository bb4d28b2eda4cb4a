import { hash } from 'node:crypto';
import type { Digest } from '../digest.ts';
import type { Layout } from './layout.ts';
import type { RecordBatch } from './record-batch.ts';

/**
 * The digest of what one record said, the same from whichever door it came: SHA-256 over the contract, then each
 * feature in the canonical order of the layout. A number is its float64 bits (little-endian, as every processor is that
 * ONNX Runtime runs on; a missing one is NaN),
 * a category or text its length in UTF-8 bytes (uint32; 0xFFFFFFFF when missing, 0xFFFFFFFE for a category outside the
 * vocabulary) and its bytes.
 */
export type DigestRow = (batch: RecordBatch, row: number) => Digest;

const missingLength = 0xffffffff;
const unknownLength = 0xfffffffe;

/** Compiles the digest of a layout's rows. */
export function inputDigestOf(layout: Layout): DigestRow {
  const { numberCount, categoryCount, textCount, contract } = layout;
  const numbersAt = contract.length;
  const textsAt = numbersAt + numberCount * Float64Array.BYTES_PER_ELEMENT;
  const vocabularies = layout.canonical
    .filter((slot) => slot.bank === 'categories')
    .map((slot) => [...slot.codes.keys()].map(lengthPrefixed));
  let scratch = Buffer.from(new ArrayBuffer(textsAt + 1024));
  scratch.set(contract);
  // The contract is 32 bytes long, so that the numbers behind it are aligned.
  let numbers = new Float64Array(scratch.buffer, numbersAt, numberCount);
  let end = textsAt;

  const append = (bytes: Uint8Array) => {
    if (end + bytes.length > scratch.length) {
      const larger = Buffer.from(new ArrayBuffer(2 * (end + bytes.length)));
      scratch.copy(larger, 0, 0, end);
      scratch = larger;
      numbers = new Float64Array(scratch.buffer, numbersAt, numberCount);
    }
    scratch.set(bytes, end);
    end += bytes.length;
  };

  return (batch, row) => {
    const from = row * numberCount;
    for (let i = 0; i < numberCount; i++) numbers[i] = batch.numbers[from + i]!;
    end = textsAt;
    for (let i = 0; i < categoryCount; i++) {
      const code = batch.categories[row * categoryCount + i]!;
      append(vocabularies[i]?.[code] ?? (code === -1 ? missingText : unknownText));
    }
    for (let i = 0; i < textCount; i++) {
      const text = batch.texts[row * textCount + i];
      append(text === undefined ? missingText : lengthPrefixed(text));
    }
    return `sha256:${hash('sha256', scratch.subarray(0, end), 'hex')}`;
  };
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const lengthAlone = (length: number) => Buffer.from(Uint32Array.of(length).buffer);
const missingText = lengthAlone(missingLength);
const unknownText = lengthAlone(unknownLength);
