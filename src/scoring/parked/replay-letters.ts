import type { DeadLetter, ParkedRecord } from '../ports.ts';

/**
 * A dead letter as a parked record: the app drains it down the road that it had come, and it keeps its identity.
 * @param model `NAME` or `NAME@VERSION`: what is to score it in place of the route's model
 */
export function parkedReplay(deadLetter: DeadLetter, model?: string): ParkedRecord {
  const { reason, path, expected, got, ...stored } = deadLetter;
  return {
    ...stored,
    waitsFor: 'replay',
    error: { code: reason, message: `expected ${expected}, got ${got}` },
    letter: { reason, path, expected, got },
    ...(model !== undefined && { model }),
  };
}
