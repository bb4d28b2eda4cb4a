import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parquetReader } from '../../../src/adapters/parquet/read-parquet.ts';
import type { OpenFile } from '../../../src/scoring/ports.ts';
import { openBytes } from './stored-file.ts';

const vector = new URL('../../vectors/parquet/three-groups.parquet', import.meta.url);
const bytes = await readFile(vector);
const wholeFile = openBytes(bytes);
const rowsOfVector = 40;

async function rowsBy(read: ReturnType<typeof parquetReader>, file: OpenFile): Promise<number> {
  let rows = 0;
  for await (const piece of read(file, ['int8', 'text'])) if (piece.kind === 'slice') rows += piece.rows;
  return rows;
}

const hanging = new URL('./hanging-thread.ts', import.meta.url);
const late = new URL('./late-thread.ts', import.meta.url);
const never = Number.MAX_SAFE_INTEGER;
const [looksMax, looksMs] = [12, 3_000];

// Side by side, since all of them wait.
describe.concurrent('a thread that never answers is given up, with a fault of its file alone', () => {
  test.each([
    ['works', 1_001, { processorMsMax: 1_500, looksMax: never }, 'in 1500 ms of processor time'],
    ['sleeps', 1_002, { processorMsMax: never, looksMax }, `in ${looksMs} ms`],
  ])('one that %s for ever', async (_, length, silence, message) => {
    const read = parquetReader({ program: hanging, silence });
    await expect(rowsBy(read, openBytes(new Uint8Array(length)))).rejects.toMatchObject({
      name: 'ScoringError',
      code: 'parquet.malformed',
      retryable: false,
      message: expect.stringContaining(message),
    });
    expect(await rowsBy(read, wholeFile)).toBe(rowsOfVector);
  });

  test('but a file that takes long to come is not the fault of its thread', async () => {
    let reads = 0;
    const slow = {
      ...wholeFile,
      read: async function* (from?: number, to?: number) {
        if (reads++ === 0) await new Promise((resolve) => setTimeout(resolve, looksMs + 500));
        yield* wholeFile.read(from, to);
      },
    };
    const read = parquetReader({ silence: { processorMsMax: never, looksMax } });
    expect(await rowsBy(read, slow)).toBe(rowsOfVector);
  });

  test('nor is a thread that begins late the fault of its file', async () => {
    const read = parquetReader({ program: late, silence: { processorMsMax: never, looksMax } });
    expect(await rowsBy(read, wholeFile)).toBe(rowsOfVector);
  });
});

/** A reader of its own, and the threads that were begun for it. */
function countingReader() {
  const threads = new Set<Worker>();
  const count = (thread: Worker) => threads.add(thread);
  process.on('worker', count);
  onTestFinished(async () => {
    process.off('worker', count);
    for (const thread of threads) await thread.terminate();
  });
  const read = parquetReader();
  return { read, rowsOf: (file: OpenFile) => rowsBy(read, file), threads };
}

describe('a thread reads one file after the other', () => {
  test('while all goes well', async () => {
    const { rowsOf, threads } = countingReader();
    for (let i = 0; i < 3; i++) expect(await rowsOf(wholeFile)).toBe(rowsOfVector);
    expect(threads.size).toBe(1);
  });

  test('after a broken file, and one that nobody reads to its end, another one begins', async () => {
    const { read, rowsOf, threads } = countingReader();
    await expect(rowsOf(openBytes(bytes.subarray(0, 500)))).rejects.toMatchObject({ code: 'parquet.malformed' });
    expect(await rowsOf(wholeFile)).toBe(rowsOfVector);
    expect(threads.size).toBe(2);
    for await (const _ of read(wholeFile, ['int8'])) break;
    expect(await rowsOf(wholeFile)).toBe(rowsOfVector);
    expect(threads.size).toBe(3);
  });

  test('files that are read at once have one each', async () => {
    const { rowsOf, threads } = countingReader();
    expect(await Promise.all([rowsOf(wholeFile), rowsOf(wholeFile)])).toEqual([rowsOfVector, rowsOfVector]);
    expect(threads.size).toBe(2);
  });

  test('one that waits for another file does not keep the process from ending', async () => {
    const reader = new URL('../../../src/adapters/parquet/read-parquet.ts', import.meta.url);
    const files = new URL('./stored-file.ts', import.meta.url);
    const program = `
      import { readFileSync } from 'node:fs';
      import { readParquet } from ${JSON.stringify(reader)};
      import { openBytes } from ${JSON.stringify(files)};
      let rows = 0;
      const file = openBytes(readFileSync(${JSON.stringify(fileURLToPath(vector))}));
      for await (const piece of readParquet(file, ['int8'])) rows += piece.rows ?? 0;
      process.stdout.write(String(rows));`;
    const ended = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      timeout: 25_000,
    });
    expect(ended.stdout).toBe(String(rowsOfVector));
  });
});
