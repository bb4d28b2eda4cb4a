import type { Fault } from '../fault.ts';
import { ColumnValuesLearner } from './learn/column-values.ts';
import { impossible, isFault } from './learn/impossible.ts';
import { learnRows } from './learn/learn-rows.ts';
import { type ColumnMoments, isConstant, RunningMoments, standardScale } from './learn/moments.ts';
import { boxCox, type PowerFunction, yeoJohnson } from './learn/power-functions.ts';
import type { Power, PowerValues } from './power.ts';
import type { Learner } from './step.ts';

/** Learns the exponent of each column from all its values, and the moments of what it makes of them. */
export function powerLearner(spec: Power, columns: readonly { readonly name: string }[]): Learner<PowerValues> {
  const method = spec.method === 'box-cox' ? boxCox : yeoJohnson;
  return learnRows(columns, new ColumnValuesLearner(columns), (found) => {
    const lambda: number[] = [];
    for (const [i, values] of found.entries()) {
      const exponent = exponentOf(method, values, columns[i]!.name);
      if (isFault(exponent)) return exponent;
      lambda.push(exponent);
    }
    if (!spec.standardize) return { lambda };
    const moments = found.map((values, i) => momentsOf(values, (value) => method.transform(value, lambda[i]!)));
    return { lambda, mean: moments.map(({ mean }) => mean), scale: moments.map(standardScale) };
  });
}

function exponentOf(method: PowerFunction, values: Float64Array, name: string): number | Fault {
  if (method === boxCox) {
    const wrong = values.find((value) => value <= 0);
    if (wrong !== undefined) return impossible(name, 'with numbers above 0 only, for box-cox', String(wrong));
    if (values.every((value) => value === values[0])) {
      return impossible(name, 'with different values, for box-cox', `${values[0]} only`);
    }
  } else if (isConstant(momentsOf(values, (value) => value))) return 1;
  return method.fit(values) ?? impossible(name, 'for which there is a best exponent', 'none');
}

function momentsOf(values: Float64Array, transform: (value: number) => number): ColumnMoments {
  const moments = new RunningMoments();
  for (const value of values) moments.add(transform(value));
  return moments.moments();
}
