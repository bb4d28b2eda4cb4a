import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../local/devices/seeded-random.ts';
import { parquetPieces, type StoredFile } from '../../../src/adapters/parquet/parquet-pieces.ts';
import { readParquet } from '../../../src/adapters/parquet/read-parquet.ts';
import type { ParquetPiece } from '../../../src/core/parquet/parquet-piece.ts';
import { openBytes } from './stored-file.ts';

/** No broken file may keep its reader busy for longer. */
const msMax = 5_000;
const vector = (name: string) =>
  readFile(fileURLToPath(new URL(`../../vectors/parquet/${name}.parquet`, import.meta.url)));
const columns = [
  'float64',
  'required64',
  'float32',
  'float16',
  'int8',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'boolean',
  'text',
  'unique',
  'day',
  'milliseconds',
  'microseconds',
  'nanoseconds',
  'decimal9',
  'decimal38',
  'nested.inner',
];
const names = ['plain', 'dictionary-v2', 'small-pages', 'delta', 'lz4', 'three-groups'];

/** The file without a thread, since starting one for each of a thousand files takes minutes. */
const stored = (bytes: Uint8Array): StoredFile => ({
  bytes: bytes.length,
  fetch: async (ranges) => ranges.map(({ from, to }) => bytes.subarray(from, to)),
  isAlive: () => {},
});

interface Outcome {
  readonly rows: number;
  readonly error: Error | undefined;
  readonly ms: number;
}

async function outcomeOf(pieces: AsyncIterable<ParquetPiece>): Promise<Outcome> {
  const started = performance.now();
  let rows = 0;
  let error: Error | undefined;
  try {
    for await (const piece of pieces) if (piece.kind === 'slice') rows += piece.rows;
  } catch (thrown) {
    error = thrown as Error;
  }
  return { rows, error, ms: performance.now() - started };
}

const withFlip = (bytes: Buffer, bit: number): Buffer => {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
  return flipped;
};

describe('a thousand files with a flipped bit, and a hundred that are cut off', () => {
  test.each(names)('%s: each is read, or refused as an error, soon', async (name) => {
    const bytes = await vector(name);
    const random = seededRandom(7).uniform;
    let refused = 0;
    for (let i = 0; i < 170; i++) {
      const bit = Math.floor(random() * bytes.length * 8);
      const { error, ms } = await outcomeOf(parquetPieces(stored(withFlip(bytes, bit)), columns));
      if (error !== undefined) refused++;
      expect(ms, `bit ${bit}`).toBeLessThan(msMax);
    }
    expect(refused).toBeGreaterThan(0);
    for (let i = 0; i < 17; i++) {
      const length = Math.floor(random() * bytes.length);
      const { error } = await outcomeOf(parquetPieces(stored(bytes.subarray(0, length)), columns));
      expect(error, `${length} bytes`).toBeInstanceOf(Error);
    }
  });

  test('in a thread each ends as a fault of the file, and whole ones beside them are read', async () => {
    const bytes = await vector('dictionary-v2');
    const random = seededRandom(11).uniform;
    const broken = Array.from({ length: 8 }, () => withFlip(bytes, Math.floor(random() * bytes.length * 8)));
    const cut = Array.from({ length: 4 }, () => bytes.subarray(0, Math.floor(random() * bytes.length)));
    const read = (file: Uint8Array) => outcomeOf(readParquet(openBytes(file), columns));
    const [whole, ...outcomes] = await Promise.all([bytes, ...broken, ...cut].map(read));
    expect(whole).toMatchObject({ rows: 40, error: undefined });
    for (const { error } of outcomes) {
      if (error !== undefined) expect(error).toMatchObject({ name: 'ScoringError', retryable: false });
    }
    expect(outcomes.slice(-4).every(({ error }) => error !== undefined)).toBe(true);
  });
});

test('a page that is not the one of its checksum is never read', async () => {
  const bytes = await vector('zstd-checksums');
  const valuesOf = async (file: Uint8Array) => {
    const values: number[] = [];
    for await (const piece of parquetPieces(stored(file), ['required64'])) {
      if (piece.kind === 'slice') values.push(...(piece.columns[0]!.values as Float64Array));
    }
    return values;
  };
  const whole = await valuesOf(bytes);
  let refused = 0;
  // The column lies somewhere here, among others, which are not looked at.
  for (let bit = 0; bit < 8 * 1_400; bit += 5) {
    const found = await valuesOf(withFlip(bytes, bit)).catch((error: Error) => error);
    if (found instanceof Error) refused++;
    else expect(found, `bit ${bit}`).toEqual(whole);
  }
  expect(refused).toBeGreaterThan(100);
});

test('a bomb stops where more comes out than may', async () => {
  const bytes = await vector('bomb');
  const before = process.memoryUsage().arrayBuffers;
  const { error } = await outcomeOf(readParquet(openBytes(bytes, 1 << 20), ['zeros']));
  expect(error).toMatchObject({ code: 'file.too_large' });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
});
