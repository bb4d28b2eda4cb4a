import { compareValues, finiteOrUndefined, type Value } from './value.ts';

/** Takes a group's values one by one; undefined ones are never handed to it. */
export interface Accumulator {
  add(value: Value): void;
  result(): Value;
}

export const aggregateNames: ReadonlySet<string> = new Set(['COUNT', 'SUM', 'AVG', 'MIN', 'MAX']);

export function newAccumulator(name: string): Accumulator {
  switch (name) {
    case 'COUNT':
      return count();
    case 'SUM':
      return ofNumbers((sum) => sum);
    case 'AVG':
      return ofNumbers((sum, values) => (values === 0 ? undefined : sum / values));
    case 'MIN':
      return extreme((comparison) => comparison < 0);
    default:
      return extreme((comparison) => comparison > 0);
  }
}

function count(): Accumulator {
  let values = 0;
  return {
    add: () => {
      values += 1;
    },
    result: () => values,
  };
}

/** One value that is no number makes the whole result undefined. */
function ofNumbers(finish: (sum: number, values: number) => number | undefined): Accumulator {
  let [sum, values] = [0, 0];
  return {
    add(value) {
      sum += typeof value === 'number' ? value : Number.NaN;
      values += 1;
    },
    result() {
      const result = finish(sum, values);
      return result === undefined ? undefined : finiteOrUndefined(result);
    },
  };
}

/** An array or object makes the whole result undefined. */
function extreme(isBetter: (comparison: number) => boolean): Accumulator {
  let best: Value;
  let structured = false;
  return {
    add(value) {
      if (typeof value === 'object' && value !== null) structured = true;
      else if (best === undefined || isBetter(compareValues(value, best))) best = value;
    },
    result: () => (structured ? undefined : best),
  };
}
