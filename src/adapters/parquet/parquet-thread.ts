import { Worker } from 'node:worker_threads';
import { ScoringError } from '../../core/fault.ts';
import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';
import type { OpenFile } from '../../scoring/ports.ts';
import type { ByteRange, FromParquetThread, ParquetThreadData, ToParquetThread } from './parquet-messages.ts';
import { readRanges } from './read-ranges.ts';
import { lookEveryMs, type SilenceLimits, watchSilence } from './silence.ts';

/** Pieces that the thread makes while others are scored: enough that neither waits for the other's turn. */
const piecesAhead = 6;

/** Looks at a thread after which it should have begun: a minute. */
const beginLooksMax = 60_000 / lookEveryMs;

const failed = (code: 'parquet.malformed' | 'parquet.unsupported' | 'file.too_large', message: string) =>
  new ScoringError(code, `the Parquet file cannot be read: ${message}`, { retryable: false });

/** A thread that reads one Parquet file after the other. */
export class ParquetThread {
  readonly #worker: Worker;
  readonly #signs: Int32Array;
  readonly #silence: SilenceLimits;
  #source: OpenFile | undefined;
  readonly #arrived: Exclude<FromParquetThread, { kind: 'read' }>[] = [];
  readonly #stopping = new AbortController();
  #failure: unknown;
  /** Whether the file has ended well. */
  #hasEnded = true;
  /** Readings of the file that are under way: the thread may be waiting for them, and cannot help that it is silent. */
  #readings = 0;
  /** Answers go out in the order of the questions. */
  #lastReading: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(program: URL, silence: SilenceLimits) {
    const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#signs = new Int32Array(progress);
    this.#silence = silence;
    const workerData: ParquetThreadData = { progress };
    this.#worker = new Worker(program, { workerData, env: {}, execArgv: [] });
    this.#worker.on('message', (message: FromParquetThread) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(failed('parquet.malformed', `its reader died: ${error.message}`)));
    this.#worker.on('exit', () => this.#fail(failed('parquet.malformed', 'its reader ended')));
  }

  /** Whether it can begin another file: nothing is left of the one before, and nothing went wrong in it. */
  get isFree(): boolean {
    return this.#hasEnded && this.#failure === undefined;
  }

  /** Begins a file; the one before has ended. */
  open(source: OpenFile, wanted: readonly string[], range?: ByteRange): void {
    this.#worker.ref();
    this.#source = source;
    this.#hasEnded = false;
    this.#tell({ kind: 'open', fileBytes: source.bytes, wanted, range });
    for (let i = 0; i < piecesAhead; i++) this.#tell({ kind: 'next' });
  }

  /** The next piece of the file; undefined at its end. @throws {ScoringError} */
  async next(): Promise<ParquetPiece | undefined> {
    if (this.#arrived.length === 0) await this.#arrival();
    const message = this.#arrived.shift();
    if (message === undefined) throw this.#failure;
    if (message.kind === 'fault') throw failed(message.code, message.message);
    if (message.kind === 'end') {
      this.#hasEnded = true;
      return undefined;
    }
    this.#tell({ kind: 'next' });
    return message.piece;
  }

  /** Lets the process end although the thread is there. */
  rest(): void {
    this.#source = undefined;
    this.#worker.unref();
  }

  /** Ends the thread, and reads no more of its file. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#worker.terminate();
  }

  #tell(message: ToParquetThread): void {
    // Ranges that were read at once share their memory, which goes to the thread as a whole and is not copied.
    const memory = message.kind === 'bytes' ? new Set(message.bytes.map(({ buffer }) => buffer)) : [];
    this.#worker.postMessage(message, [...memory]);
  }

  #take(message: FromParquetThread): void {
    if (message.kind !== 'read') {
      this.#arrived.push(message);
      this.#wake();
      return;
    }
    this.#readings++;
    this.#lastReading = this.#lastReading
      .then(async () =>
        this.#tell({ kind: 'bytes', bytes: await readRanges(this.#source!, message.ranges, this.#stopping.signal) }),
      )
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#readings--);
  }

  /** Resolves when something has arrived, or nothing will. */
  async #arrival(): Promise<void> {
    if (this.#failure !== undefined) return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    // That a thread has not begun is the fault of a busy machine, and that bytes take long that of who reads them.
    let waits = 0;
    const signOfLife = () => {
      const signs = Atomics.load(this.#signs, 0);
      const isWaiting = this.#readings > 0 || (signs === 0 && waits < beginLooksMax);
      return signs + (isWaiting ? ++waits : waits);
    };
    const endWatch = watchSilence(this.#silence, signOfLife, (seen) =>
      this.#fail(failed('parquet.malformed', `its reader ${seen}`)),
    );
    await woken;
    endWatch();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }
}
