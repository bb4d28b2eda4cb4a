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

/** Pieces that may be handed out before more are asked for. */
let asked = 0;
let resume: () => void = () => {};
let takeBytes: (bytes: readonly Uint8Array[]) => void = () => {};
port.on('message', (message: ToParquetThread) => {
  if (message.kind === 'bytes') takeBytes(message.bytes);
  else {
    asked++;
    resume();
  }
});

const file: StoredFile = {
  bytes: fileBytes,
  fetch: (ranges) => {
    const fetched = new Promise<readonly Uint8Array[]>((resolve) => {
      takeBytes = resolve;
    });
    port.postMessage({ kind: 'read', ranges } satisfies FromParquetThread);
    return fetched;
  },
  isAlive: () => Atomics.add(alive, 0, 1),
};

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

async function readFile(): Promise<void> {
  try {
    file.isAlive();
    for await (const piece of parquetPieces(file, wanted)) await handOut(piece);
    port.postMessage({ kind: 'end' } satisfies FromParquetThread);
  } catch (error) {
    // What goes wrong on the way through a broken file is its fault, whichever line of the program notices it.
    const code = error instanceof ParquetError ? error.code : 'parquet.malformed';
    port.postMessage({ kind: 'fault', code, message: (error as Error).message } satisfies FromParquetThread);
  }
}

await readFile();
