/**
 * A thread of the worker that kills its process when the host is gone. The main thread does that by itself as long as its
 * event loop turns; a handler in an endless loop or in a long native call would otherwise burn a core for ever.
 */
import { workerData } from 'node:worker_threads';

const intervalMs = 500;
const hostPid = workerData as number;

/** A dead parent shows as another parent on Unix; on Windows the old number stays and no process answers to it. */
function isHostAlive(): boolean {
  if (process.ppid !== hostPid) return false;
  try {
    return process.kill(hostPid, 0);
  } catch {
    return false;
  }
}

setInterval(() => {
  if (!isHostAlive()) process.kill(process.pid, 'SIGKILL');
}, intervalMs);
