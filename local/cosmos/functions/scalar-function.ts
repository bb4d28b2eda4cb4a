import type { Value } from '../query/value.ts';

/** A built-in function of the query language, known by its name in upper case. */
export interface ScalarFunction {
  readonly operandsMin: number;
  readonly operandsMax: number;
  readonly apply: (...operands: Value[]) => Value;
}

export type FunctionFamily = Readonly<Record<string, ScalarFunction>>;

export function scalarFunction(
  operandsMin: number,
  operandsMax: number,
  apply: (...operands: Value[]) => Value,
): ScalarFunction {
  return { operandsMin, operandsMax, apply };
}

/** A function of one string; undefined for everything else. */
export function ofString(apply: (text: string) => Value): ScalarFunction {
  return scalarFunction(1, 1, (operand) => (typeof operand === 'string' ? apply(operand) : undefined));
}
