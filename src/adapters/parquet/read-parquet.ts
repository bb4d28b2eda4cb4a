import { Worker } from 'node:worker_threads';
import { ScoringError } from '../../core/fault.ts';
import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';
import type { OpenFile } from '../../scoring/ports.ts';
import { readRange } from '../read-range.ts';
import { threadFile } from '../thread-file.ts';
import type { ByteRange, FromParquetThread, ParquetThreadData, ToParquetThread } from './parquet-messages.ts';

/**
 * A thread that shows no sign of life while this process has so much of a processor hangs on its file. Time by the clock
 * would blame a file for a machine that is busy with others.
 */
const silenceMsMax = 4_000;
/** How often that is looked at. */
const lookEveryMs = 250;
/** Pieces that the thread makes while others are scored: each hand-over costs a turn of both threads. */
const piecesAhead = 3;
/** Ranges closer to each other are fetched at once, up to so many bytes: a request costs more than a gap. */
const [gapBytesMax, fetchBytesMax] = [64 << 10, 8 << 20];

const file = (code: 'parquet.malformed' | 'parquet.unsupported' | 'file.too_large', message: string) =>
  new ScoringError(code, `the Parquet file cannot be read: ${message}`, { retryable: false });

/**
 * Reads a Parquet file in a thread of its own: a file that makes its reader throw, run out of memory or hang ends as a
 * fault of that file. Memory is bounded by the columns of one row group as they are stored.
 * @param wanted names of the columns to read, or JSON Pointers to them
 * @throws {ScoringError} `parquet.malformed`, `parquet.unsupported`, `file.too_large`, and what reading the file throws
 */
export async function* readParquet(source: OpenFile, wanted: readonly string[]): AsyncGenerator<ParquetPiece> {
  const thread = new ParquetThread(source, wanted);
  try {
    for (let piece = await thread.next(); piece !== undefined; piece = await thread.next()) yield piece;
  } finally {
    await thread.stop();
  }
}

class ParquetThread {
  readonly #source: OpenFile;
  readonly #worker: Worker;
  readonly #alive: Int32Array;
  readonly #arrived: Exclude<FromParquetThread, { kind: 'read' }>[] = [];
  #failure: unknown;
  /** Whether the thread waits for bytes of the file: it does nothing then, and cannot help it. */
  #isReading = false;
  #wake: () => void = () => {};

  constructor(source: OpenFile, wanted: readonly string[]) {
    const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const workerData: ParquetThreadData = { fileBytes: source.bytes, wanted, progress };
    this.#source = source;
    this.#alive = new Int32Array(progress);
    this.#worker = new Worker(threadFile('parquet'), { workerData, env: {}, execArgv: [] });
    this.#worker.on('message', (message: FromParquetThread) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(file('parquet.malformed', `its reader died: ${error.message}`)));
    this.#worker.on('exit', () => this.#fail(file('parquet.malformed', 'its reader ended')));
    for (let i = 0; i < piecesAhead; i++) this.#tell({ kind: 'next' });
  }

  /** The next piece; undefined at the end. */
  async next(): Promise<ParquetPiece | undefined> {
    if (this.#arrived.length === 0) await this.#arrival();
    const message = this.#arrived.shift();
    if (message === undefined) throw this.#failure;
    if (message.kind === 'end') return undefined;
    if (message.kind === 'fault') throw file(message.code, message.message);
    this.#tell({ kind: 'next' });
    return message.piece;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #tell(message: ToParquetThread): void {
    this.#worker.postMessage(message, message.kind === 'bytes' ? message.bytes.map(({ buffer }) => buffer) : []);
  }

  #take(message: FromParquetThread): void {
    if (message.kind !== 'read') {
      this.#arrived.push(message);
      this.#wake();
      return;
    }
    this.#isReading = true;
    readRanges(this.#source, message.ranges).then(
      (bytes) => {
        this.#isReading = false;
        this.#tell({ kind: 'bytes', bytes });
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** Resolves when something has arrived, or nothing will. */
  async #arrival(): Promise<void> {
    if (this.#failure !== undefined) return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    let seen = Number.NaN;
    let begun = process.cpuUsage();
    const watch = setInterval(() => {
      const now = Atomics.load(this.#alive, 0);
      const { user, system } = process.cpuUsage(begun);
      if (now !== seen || this.#isReading) begun = process.cpuUsage();
      else if (user + system > 1_000 * silenceMsMax) {
        this.#fail(file('parquet.malformed', `its reader did nothing in ${silenceMsMax} ms of processor time`));
      }
      seen = now;
    }, lookEveryMs);
    await woken;
    clearInterval(watch);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }
}

/** Reads ranges of the file, those that lie close together at once. */
async function readRanges(source: OpenFile, ranges: readonly ByteRange[]): Promise<Uint8Array<ArrayBuffer>[]> {
  const found = new Map<ByteRange, Uint8Array<ArrayBuffer>>();
  for (const group of neighbours(ranges)) {
    const from = group[0]!.from;
    const bytes = await readRange(source, from, Math.max(...group.map(({ to }) => to)));
    // A copy each, since memory goes to another thread as a whole.
    for (const range of group) found.set(range, new Uint8Array(bytes.subarray(range.from - from, range.to - from)));
  }
  return ranges.map((range) => found.get(range)!);
}

function neighbours(ranges: readonly ByteRange[]): ByteRange[][] {
  const groups: ByteRange[][] = [];
  let [start, end] = [0, Number.NEGATIVE_INFINITY];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const isNear = range.from - end <= gapBytesMax && range.to - start <= fetchBytesMax;
    if (isNear) groups.at(-1)!.push(range);
    else {
      groups.push([range]);
      start = range.from;
    }
    end = isNear ? Math.max(end, range.to) : range.to;
  }
  return groups;
}
