/** A thread that reads Parquet files, one after the other: whatever a file does to it, others go on. */
import { parentPort, workerData } from 'node:worker_threads';
import { ParquetError } from '../../core/parquet/broken.ts';
import type { ColumnValues } from '../../core/parquet/column-values.ts';
import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';
import type {
  ByteRange,
  FromParquetThread,
  ParquetTask,
  ParquetThreadData,
  ToParquetThread,
} from '../parquet/parquet-messages.ts';
import { parquetPieces } from '../parquet/parquet-pieces.ts';

const port = parentPort!;
const signs = new Int32Array((workerData as ParquetThreadData).progress);
const showLife = () => Atomics.add(signs, 0, 1);

/** Pieces that may be handed out before more are asked for. */
let asked = 0;
let resume: () => void = () => {};
/** Whoever waits for bytes, in the order in which they were asked for. */
const waiting: ((bytes: readonly Uint8Array[]) => void)[] = [];

port.on('message', (message: ToParquetThread) => {
  switch (message.kind) {
    case 'open':
      asked = 0;
      void readFile(message);
      break;
    case 'next':
      asked++;
      resume();
      break;
    case 'bytes':
      waiting.shift()?.(message.bytes);
  }
});

// The first sign: from here on, silence is that of a file.
showLife();

function fetchBytes(ranges: readonly ByteRange[]): Promise<readonly Uint8Array[]> {
  const fetched = new Promise<readonly Uint8Array[]>((resolve) => waiting.push(resolve));
  port.postMessage({ kind: 'read', ranges } satisfies FromParquetThread);
  return fetched;
}

async function handOut(piece: ParquetPiece): Promise<void> {
  while (asked === 0) {
    await new Promise<void>((resolve) => {
      resume = resolve;
    });
  }
  asked--;
  port.postMessage({ kind: 'piece', piece } satisfies FromParquetThread, memoryOf(piece));
}

/** The memory of a slice goes to the other thread, and is not copied. */
function memoryOf(piece: ParquetPiece): ArrayBuffer[] {
  const ofColumn = ({ values, missing }: ColumnValues) =>
    missing === undefined ? [values.buffer] : [values.buffer, missing.buffer];
  return piece.kind === 'slice' ? (piece.columns.flatMap(ofColumn) as ArrayBuffer[]) : [];
}

async function readFile({ fileBytes, wanted, range }: ParquetTask): Promise<void> {
  try {
    showLife();
    const file = { bytes: fileBytes, fetch: fetchBytes, isAlive: showLife };
    for await (const piece of parquetPieces(file, wanted, range)) await handOut(piece);
    port.postMessage({ kind: 'end' } satisfies FromParquetThread);
  } catch (error) {
    // What goes wrong on the way through a broken file is its fault, whichever line of the program notices it.
    const code = error instanceof ParquetError ? error.code : 'parquet.malformed';
    port.postMessage({ kind: 'fault', code, message: (error as Error).message } satisfies FromParquetThread);
  }
}
