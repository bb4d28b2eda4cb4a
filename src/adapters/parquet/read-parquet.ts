import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';
import type { FileReaders } from '../../scoring/file-reading.ts';
import { threadFile } from '../thread-file.ts';
import { ParquetThread } from './parquet-thread.ts';
import { type SilenceLimits, usualSilence } from './silence.ts';

export interface ParquetReaderOptions {
  /** The program of the thread. */
  readonly program?: URL;
  readonly silence?: SilenceLimits;
}

/** How long a thread is kept for the next file: to begin one costs as much as reading 100,000 rows. */
const spareMsMax = 30_000;

/** Threads that read files: as many as files are read at once, and one that waits for another file. */
class ParquetThreads {
  readonly #begin: () => ParquetThread;
  #spare: { readonly thread: ParquetThread; readonly timer: NodeJS.Timeout } | undefined;

  constructor(begin: () => ParquetThread) {
    this.#begin = begin;
  }

  take(): ParquetThread {
    const spare = this.#spare;
    if (spare === undefined) return this.#begin();
    this.#spare = undefined;
    clearTimeout(spare.timer);
    // It may have died while it waited.
    return spare.thread.isFree ? spare.thread : this.#begin();
  }

  /** Takes a thread back; one that is in the middle of a file, or that a file has harmed, is ended. */
  async giveBack(thread: ParquetThread): Promise<void> {
    if (!thread.isFree || this.#spare !== undefined) return thread.stop();
    thread.rest();
    const timer = setTimeout(() => {
      this.#spare = undefined;
      void thread.stop();
    }, spareMsMax).unref();
    this.#spare = { thread, timer };
  }
}

/**
 * A reader of Parquet files, each in a thread that has no other file meanwhile: a file that makes its reader throw, run out
 * of memory or hang ends as a fault of that file. Memory is bounded by the columns of one row group as they are stored, and
 * by what is read ahead.
 */
export function parquetReader({
  program = threadFile('parquet'),
  silence = usualSilence,
}: ParquetReaderOptions = {}): FileReaders['parquet'] {
  const threads = new ParquetThreads(() => new ParquetThread(program, silence));
  return async function* read(source, wanted, range): AsyncGenerator<ParquetPiece> {
    const thread = threads.take();
    try {
      thread.open(source, wanted, range);
      for (let piece = await thread.next(); piece !== undefined; piece = await thread.next()) yield piece;
    } finally {
      await threads.giveBack(thread);
    }
  };
}

/** The reader that all share. */
export const readParquet = parquetReader();
