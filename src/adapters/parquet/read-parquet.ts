import { Worker } from 'node:worker_threads';
import { ScoringError } from '../../core/fault.ts';
import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';
import type { OpenFile } from '../../scoring/ports.ts';
import { threadFile } from '../thread-file.ts';
import type { ByteRange, FromParquetThread, ParquetThreadData, ToParquetThread } from './parquet-messages.ts';

/** A thread that shows no sign of life for so long hangs on its file. */
const silenceMsMax = 4_000;
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
    // The next piece is made while this one is scored.
    for (let next = thread.next(); ; ) {
      const piece = await next;
      if (piece === undefined) return;
      next = thread.next();
      // Whoever stops listening must not leave a rejection behind that nobody hears.
      next.catch(() => {});
      yield piece;
    }
  } finally {
    await thread.stop();
  }
}

class ParquetThread {
  readonly #source: OpenFile;
  readonly #worker: Worker;
  readonly #alive: Int32Array;
  #take: (message: FromParquetThread) => void = () => {};
  #fail: (error: Error) => void = () => {};
  #failure: ScoringError | undefined;

  constructor(source: OpenFile, wanted: readonly string[]) {
    const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const workerData: ParquetThreadData = { fileBytes: source.bytes, wanted, progress };
    this.#source = source;
    this.#alive = new Int32Array(progress);
    this.#worker = new Worker(threadFile('parquet'), { workerData, env: {}, execArgv: [] });
    this.#worker.on('message', (message: FromParquetThread) => this.#take(message));
    this.#worker.on('error', (error) => this.#end(`its reader died: ${error.message}`));
    this.#worker.on('exit', () => this.#end('its reader ended'));
  }

  /** The next piece; undefined at the end. */
  async next(): Promise<ParquetPiece | undefined> {
    for (let message: ToParquetThread = { kind: 'next' }; ; ) {
      const answer = await this.#ask(message);
      if (answer.kind === 'piece') return answer.piece;
      if (answer.kind === 'end') return undefined;
      if (answer.kind === 'fault') throw file(answer.code, answer.message);
      message = { kind: 'bytes', bytes: await readRanges(this.#source, answer.ranges) };
    }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(message: ToParquetThread): Promise<FromParquetThread> {
    if (this.#failure !== undefined) throw this.#failure;
    const answer = new Promise<FromParquetThread>((resolve, reject) => {
      this.#take = resolve;
      this.#fail = reject;
    });
    this.#worker.postMessage(message, message.kind === 'bytes' ? message.bytes.map(({ buffer }) => buffer) : []);
    let seen = Atomics.load(this.#alive, 0);
    const watch = setInterval(() => {
      const now = Atomics.load(this.#alive, 0);
      if (now === seen) this.#end(`its reader did nothing for ${silenceMsMax} ms`);
      seen = now;
    }, silenceMsMax);
    try {
      return await answer;
    } finally {
      clearInterval(watch);
    }
  }

  #end(why: string): void {
    this.#failure ??= file('parquet.malformed', why);
    this.#fail(this.#failure);
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

async function readRange(source: OpenFile, from: number, to: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.read(from, to)) pieces.push(piece);
  return Buffer.concat(pieces);
}
