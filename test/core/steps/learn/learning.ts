import type { Fault } from '../../../../src/core/fault.ts';
import type { Learner } from '../../../../src/core/steps/step.ts';

/** Rows of numbers, or of codes. */
export type Rows = readonly (readonly number[])[];

/** The result of a learner, and how many passes it took. */
export interface Learned<Values> {
  readonly outcome: Values | Fault;
  readonly passes: number;
}

/** Streams rows through a learner in samples of the given length until it has what it wants. */
export function learn<Values>(learner: Learner<Values>, rows: Rows, rowsEach = 7): Learned<Values> {
  for (let passes = 1; passes < 50; passes++) {
    for (let from = 0; from < rows.length; from += rowsEach) {
      const part = rows.slice(from, from + rowsEach);
      learner.add({ rows: part.length, values: Float64Array.from(part.flat()) });
    }
    const outcome = learner.endPass();
    if (outcome !== 'again') return { outcome, passes };
  }
  throw new Error('The learner never comes to an end.');
}

/** One column as rows. */
export const column = (values: readonly number[]): Rows => values.map((value) => [value]);

export const named = (...names: readonly string[]): { name: string }[] => names.map((name) => ({ name }));
