/** The thread that reads Parquet files, except that it hangs on some, which it knows by their length. */
import { parentPort } from 'node:worker_threads';
import type { ToParquetThread } from '../../../src/adapters/parquet/parquet-messages.ts';
import '../../../src/adapters/threads/parquet.ts';

/** Lengths of files on which it works for ever, and on which it sleeps for ever. */
const [endless, asleep] = [1_001, 1_002];

parentPort!.on('message', (message: ToParquetThread) => {
  if (message.kind !== 'open') return;
  for (let turns = 0; message.fileBytes === endless; turns++) Math.sqrt(turns);
  if (message.fileBytes === asleep) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
