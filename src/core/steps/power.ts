import * as z from 'zod';
import type { Fault } from '../fault.ts';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { assembleGroups, replaced } from './columns.ts';
import { featuresField, row } from './fields.ts';
import { checkRows, learnedRow } from './learned-rows.ts';
import { powerLearner } from './power-learner.ts';
import type { StepKind } from './step.ts';

const values = z.strictObject({ lambda: row, mean: row.optional(), scale: row.optional() });

const schema = z.strictObject({
  step: z.literal('power'),
  features: featuresField,
  method: z.enum(['yeo-johnson', 'box-cox']).describe('box-cox: for numbers above 0 only.'),
  standardize: z.boolean().default(true).describe('Whether mean 0 and standard deviation 1 follow.'),
  values: values.optional(),
});

export type Power = z.infer<typeof schema>;
export type PowerValues = z.infer<typeof values>;

/** Powers that make data more like a normal distribution, as PowerTransformer. */
export const power = {
  schema,
  values,
  takes: () => ['number'],
  checkColumns: ({ standardize }, learned, columns): Fault[] =>
    checkRows(learned, standardize ? ['lambda', 'mean', 'scale'] : ['lambda'], columns),
  learner: powerLearner,
  emit(graph, spec, learned, groups) {
    const lambda = learnedRow(learned, 'lambda');
    const value = assembleGroups(graph, groups);
    const powered = spec.method === 'yeo-johnson' ? yeoJohnson(graph, value, lambda) : boxCox(graph, value, lambda);
    if (!spec.standardize) return { groups: replaced(groups, powered) };
    const around = graph.sub(powered, graph.row(learnedRow(learned, 'mean')));
    const divisor = graph.row(learnedRow(learned, 'scale').map((each) => each || 1));
    return { groups: replaced(groups, graph.div(around, divisor)) };
  },
} satisfies StepKind<Power, PowerValues>;

/** Below 0 the mirror image of what is above, with the exponent 2 - lambda. */
function yeoJohnson(graph: DoubleGraph, value: Value, lambda: readonly number[]): Value {
  const isNegative = graph.less(value, graph.number(0));
  const mirrored = lambda.map((each) => 2 - each);
  const log = graph.log1p(graph.abs(value));
  const magnitude = graph.where(
    isNegative,
    powerOfLog(graph, log, mirrored, ifAtMost(Number.EPSILON)),
    powerOfLog(graph, log, lambda, ifBelow(Number.EPSILON)),
  );
  return graph.where(isNegative, graph.neg(magnitude), magnitude);
}

/** Numbers that have no logarithm become -Infinity: NaN would pass for a missing value. */
function boxCox(graph: DoubleGraph, value: Value, lambda: readonly number[]): Value {
  const powered = powerOfLog(graph, graph.log(value), lambda, ifBelow(1e-19));
  const hasNone = graph.lessOrEqual(value, graph.number(0));
  return graph.where(hasNone, graph.number(Number.NEGATIVE_INFINITY), powered);
}

const ifBelow = (limit: number) => (exponent: number) => Math.abs(exponent) < limit;
const ifAtMost = (limit: number) => (exponent: number) => Math.abs(exponent) <= limit;

/** (y^p - 1) / p from log(y), with an exponent for each column; log(y) itself where the exponent counts as 0. */
function powerOfLog(
  graph: DoubleGraph,
  log: Value,
  exponents: readonly number[],
  isZero: (exponent: number) => boolean,
): Value {
  const divisors = graph.row(exponents.map((each) => (isZero(each) ? 1 : each)));
  const powered = graph.div(graph.expm1(graph.mul(log, graph.row(exponents))), divisors);
  if (!exponents.some(isZero)) return powered;
  const marks = graph.row(exponents.map((each) => (isZero(each) ? 1 : 0)));
  return graph.where(graph.greater(marks, graph.number(0)), log, powered);
}
