import inspector from 'node:inspector';
import { Worker } from 'node:worker_threads';

/** Signs of life and looks for them, in each time that a stall may last. */
const looks = 20;

/**
 * The other thread. Its code is a text because the app is a bundle of doors, which has no place for the file of a thread.
 * It counts its own looks rather than the time: a process that was frozen as a whole has not stalled.
 */
const watchdog = `
  const { workerData: { signs, lookMs, looks } } = require('node:worker_threads');
  let last = 0;
  let without = 0;
  setInterval(() => {
    const sign = Atomics.load(signs, 0);
    without = sign === last ? without + 1 : 0;
    last = sign;
    if (without > looks) process.kill(process.pid, 'SIGKILL');
  }, lookMs);
`;

let isWatched = false;

/**
 * Ends this process when its main thread comes back to nothing for too long: a run of a model that never returns cannot be
 * stopped otherwise, and the host would at last pass over the events that wait for it. A batch whose process died comes again.
 * The first call begins it, for as long as the process lives.
 */
export function watchForStalls(stallMs: number): void {
  // Whoever debugs stands still at will.
  if (isWatched || inspector.url() !== undefined) return;
  isWatched = true;
  const lookMs = stallMs / looks;
  const signs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setInterval(() => Atomics.add(signs, 0, 1), lookMs / 2).unref();
  // Arguments of the process, such as what is loaded before the app, are not for this thread.
  new Worker(watchdog, { eval: true, execArgv: [], workerData: { signs, lookMs, looks } }).unref();
}
