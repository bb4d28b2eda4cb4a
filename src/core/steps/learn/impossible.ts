import type { Fault } from '../../fault.ts';
import type { Learner } from '../step.ts';

/**
 * Why nothing can be learned from a column.
 * @param expected what a column must be like, after "a column ... "
 */
export const impossible = (column: string, expected: string, got: string): Fault => ({
  code: 'fit.impossible',
  path: '',
  expected: `the column ${JSON.stringify(column)} ${expected}`,
  got,
});

/** Whether the end of a pass brought a fault rather than something learned. */
export const isFault = (outcome: unknown): outcome is Fault =>
  typeof outcome === 'object' && outcome !== null && 'code' in outcome && 'expected' in outcome;

/** Learns with another learner and makes values of what it found. */
export const learnThen = <Found, Values>(
  learner: Learner<Found>,
  toValues: (found: Found) => Values | Fault,
): Learner<Values> => ({
  add: (sample) => learner.add(sample),
  endPass() {
    const found = learner.endPass();
    if (found === 'again') return 'again';
    return isFault(found) ? found : toValues(found);
  },
});
