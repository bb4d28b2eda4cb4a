/** A thread that reads one Parquet file: whatever the file does to it, the others go on. */
import { parentPort, workerData } from 'node:worker_threads';
import { ParquetError } from '../../core/parquet/broken.ts';
import type { ColumnValues } from '../../core/parquet/column-values.ts';
import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';
import type { FromParquetThread, ParquetThreadData, ToParquetThread } from '../parquet/parquet-messages.ts';
import { parquetPieces, type StoredFile } from '../parquet/parquet-pieces.ts';

const { fileBytes, wanted, progress } = workerData as ParquetThreadData;
const port = parentPort!;
const alive = new Int32Array(progress);

let wake: (message: ToParquetThread) => void = readFile;
port.on('message', (message: ToParquetThread) => wake(message));

/** Says something and waits for what comes back. */
function ask(message: FromParquetThread, transferred: readonly ArrayBuffer[] = []): Promise<ToParquetThread> {
  const answer = new Promise<ToParquetThread>((resolve) => {
    wake = resolve;
  });
  port.postMessage(message, transferred);
  return answer;
}

const file: StoredFile = {
  bytes: fileBytes,
  fetch: async (ranges) => {
    const answer = await ask({ kind: 'read', ranges });
    return answer.kind === 'bytes' ? answer.bytes : [];
  },
  isAlive: () => Atomics.add(alive, 0, 1),
};

/** The memory of a slice goes to the other thread, and is not copied. */
function memoryOf(piece: ParquetPiece): ArrayBuffer[] {
  const ofColumn = (column: ColumnValues) =>
    column.kind === 'texts' ? [] : [column.values.buffer, column.missing?.buffer].filter((each) => each !== undefined);
  return piece.kind === 'slice' ? (piece.columns.flatMap(ofColumn) as ArrayBuffer[]) : [];
}

async function readFile(): Promise<void> {
  try {
    for await (const piece of parquetPieces(file, wanted)) await ask({ kind: 'piece', piece }, memoryOf(piece));
    port.postMessage({ kind: 'end' } satisfies FromParquetThread);
  } catch (error) {
    // What goes wrong on the way through a broken file is its fault, whichever line of the program notices it.
    const code = error instanceof ParquetError ? error.code : 'parquet.malformed';
    port.postMessage({ kind: 'fault', code, message: (error as Error).message } satisfies FromParquetThread);
  }
}
