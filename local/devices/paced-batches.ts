import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet, FleetEvent } from './fleet.ts';

export interface PaceOptions {
  /** Ends the stream of batches, also in the middle of a wait. */
  readonly signal: AbortSignal;
  /** How long readings are gathered before they are handed out. */
  readonly intervalMs?: number;
  /** What a batch holds at most; a caller who is slower than the rate loses the rest instead of drowning in it later. */
  readonly batchEventsMax?: number;
}

/** Batches of a fleet's readings in real time: over any stretch their number follows from the fleet's rate. */
export async function* pacedBatches(fleet: Fleet, options: PaceOptions): AsyncGenerator<FleetEvent[], void, void> {
  const { signal, intervalMs = 100, batchEventsMax = 10_000 } = options;
  let owed = 0;
  let before = performance.now();
  while (await waited(intervalMs, signal)) {
    const now = performance.now();
    owed = Math.min(owed + ((now - before) / 1000) * fleet.eventsPerSecond, batchEventsMax);
    before = now;
    const due = Math.floor(owed);
    owed -= due;
    if (due > 0) yield fleet.take(due);
  }
}

/** False when the signal cut the wait short. */
async function waited(delayMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(delayMs, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
