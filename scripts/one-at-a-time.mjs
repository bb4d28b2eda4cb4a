// Two commands that are started at once must not install or build into each other's feet: one works, the others wait.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pollMs = 200;
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whose lock it is; undefined while its owner has not yet said so, or is gone already. */
function ownerOf(lock) {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** How long a lock without an owner is taken for one that is just being made. */
const nobodyMs = 5_000;

/** Does the work when no other process does any under this lock, a folder that exists while somebody works. */
export function oneAtATime(lock, work) {
  let nobodySinceMs;
  while (true) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(lock);
    nobodySinceMs = owner === undefined ? (nobodySinceMs ?? Date.now()) : undefined;
    const isLeft = owner === undefined ? Date.now() - nobodySinceMs > nobodyMs : !isAlive(owner);
    // What a killed process left behind.
    if (isLeft) rmSync(lock, { recursive: true, force: true });
    else sleep(pollMs);
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
