import { totalmem } from 'node:os';

/** Memory of this machine, or of the part of it that a container may use, in bytes. */
export function machineMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
