import * as z from 'zod';
import type { Fault } from '../fault.ts';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { assembleGroups, replaced } from './columns.ts';
import { invalid } from './columns-check.ts';
import { featuresField, row } from './fields.ts';
import { checkRows, learnedRow } from './learned-rows.ts';
import { rangeDivisor, scaleLearner } from './scale-learner.ts';
import type { StepKind } from './step.ts';

const common = { step: z.literal('scale'), features: featuresField };
const centering = z.boolean().default(true).describe('Whether the center becomes 0.');
const scaling = z.boolean().default(true).describe('Whether the spread becomes 1.');
const percent = z.number().min(0).max(100);

const schema = z.discriminatedUnion('method', [
  z.strictObject({
    ...common,
    method: z.literal('standard'),
    centering,
    scaling,
    values: z.strictObject({ mean: row, scale: row }).optional(),
  }),
  z.strictObject({
    ...common,
    method: z.literal('minmax'),
    range: z.tuple([z.number(), z.number()]).default([0, 1]).describe('Where the smallest and largest value come to.'),
    clip: z.boolean().default(false).describe('Whether values beyond those of the fit stay inside the range.'),
    values: z.strictObject({ min: row, max: row }).optional(),
  }),
  z.strictObject({ ...common, method: z.literal('maxabs'), values: z.strictObject({ scale: row }).optional() }),
  z.strictObject({
    ...common,
    method: z.literal('robust'),
    quantileRange: z.tuple([percent, percent]).default([25, 75]).describe('Percentiles whose distance becomes 1.'),
    centering,
    scaling,
    values: z.strictObject({ center: row, scale: row }).optional(),
  }),
]);

const values = z.strictObject({
  mean: row.optional(),
  center: row.optional(),
  scale: row.optional(),
  min: row.optional(),
  max: row.optional(),
});

export type Scale = z.infer<typeof schema>;
export type ScaleValues = z.infer<typeof values>;

/** Which values each method has. */
const keys = {
  standard: ['mean', 'scale'],
  minmax: ['min', 'max'],
  maxabs: ['scale'],
  robust: ['center', 'scale'],
} as const;

/** Brings columns to one scale, as StandardScaler, MinMaxScaler, MaxAbsScaler and RobustScaler do. */
export const scale = {
  schema,
  values,
  takes: () => ['number'],
  check,
  checkColumns: (spec, learned, columns) => checkRows(learned, keys[spec.method], columns),
  learner: scaleLearner,
  emit: (graph, spec, learned, groups) => ({
    groups: replaced(groups, scaled(graph, assembleGroups(graph, groups), spec, learned)),
  }),
} satisfies StepKind<Scale, ScaleValues>;

function check(spec: Scale): Fault[] {
  const rising = ([low, high]: readonly [number, number], path: string, mayBeEqual: boolean) =>
    low < high || (mayBeEqual && low === high) ? [] : [invalid(path, 'a smaller and a larger one', [low, high])];
  if (spec.method === 'minmax') return rising(spec.range, '/range', false);
  return spec.method === 'robust' ? rising(spec.quantileRange, '/quantileRange', true) : [];
}

function scaled(graph: DoubleGraph, value: Value, spec: Scale, learned: ScaleValues | undefined): Value {
  switch (spec.method) {
    case 'standard':
      return centered(graph, value, spec, learnedRow(learned, 'mean'), learnedRow(learned, 'scale'));
    case 'robust':
      return centered(graph, value, spec, learnedRow(learned, 'center'), learnedRow(learned, 'scale'));
    case 'maxabs':
      return divided(graph, value, learnedRow(learned, 'scale'));
    case 'minmax':
      return intoRange(graph, value, spec, learnedRow(learned, 'min'), learnedRow(learned, 'max'));
  }
}

function centered(
  graph: DoubleGraph,
  value: Value,
  spec: { readonly centering: boolean; readonly scaling: boolean },
  center: readonly number[],
  scale: readonly number[],
): Value {
  const around = spec.centering ? graph.sub(value, graph.row(center)) : value;
  return spec.scaling ? divided(graph, around, scale) : around;
}

const divided = (graph: DoubleGraph, value: Value, scale: readonly number[]): Value =>
  graph.div(value, graph.row(scale.map((each) => each || 1)));

/** One factor and one summand, in the order in which MinMaxScaler rounds. */
function intoRange(
  graph: DoubleGraph,
  value: Value,
  { range: [low, high], clip }: Extract<Scale, { method: 'minmax' }>,
  min: readonly number[],
  max: readonly number[],
): Value {
  const factors = min.map((each, i) => (high - low) / rangeDivisor(max[i]! - each));
  const summands = min.map((each, i) => low - each * factors[i]!);
  const inRange = graph.add(graph.mul(value, graph.row(factors)), graph.row(summands));
  return clip ? graph.clip(inRange, graph.number(low), graph.number(high)) : inRange;
}
