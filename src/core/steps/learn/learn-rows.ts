import type { Fault } from '../../fault.ts';
import type { Learner } from '../step.ts';
import { impossible, isFault, learnThen } from './impossible.ts';

/** Learned values that have a number for each column under each name. */
export type Rows = Readonly<Record<string, readonly number[]>>;

/** Learns numbers for each column with another learner; one that overflowed is a fault, as no file could hold it. */
export const learnRows = <Found, Values extends Rows>(
  columns: readonly { readonly name: string }[],
  learner: Learner<Found>,
  toRows: (found: Found) => Values | Fault,
): Learner<Values> =>
  learnThen(learner, (found) => {
    const rows = toRows(found);
    return isFault(rows) ? rows : (overflow(columns, rows) ?? rows);
  });

function overflow(columns: readonly { readonly name: string }[], rows: Rows): Fault | undefined {
  for (const [key, row] of Object.entries(rows)) {
    const wrong = row.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      const name = columns[wrong]?.name ?? '';
      return impossible(name, `with values of which the ${key} is a finite number`, String(row[wrong]));
    }
  }
  return undefined;
}
