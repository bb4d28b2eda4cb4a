import * as z from 'zod';
import type { Fault } from '../fault.ts';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import type { Column } from './columns.ts';
import { invalid } from './columns-check.ts';
import { row } from './fields.ts';
import { learnRows } from './learn/learn-rows.ts';
import { MomentsLearner } from './learn/moments.ts';
import { QuantilesLearner } from './learn/quantiles.ts';
import { checkRows, type LearnedRows, learnedRow } from './learned-rows.ts';
import type { Learner, StepKind } from './step.ts';

/** Fences are the bounds between which the values of a column are ordinary: given, or learned in one of several ways. */

export type FenceValues = { min: number[]; max: number[] };

export const fenceValues = z.strictObject({ min: row, max: row });

export const boundsFields = {
  method: z.literal('bounds'),
  min: z.number().optional(),
  max: z.number().optional(),
};
export const iqrFields = {
  method: z.literal('iqr'),
  k: z.number().positive().default(1.5).describe('Interquartile ranges beyond the quartiles.'),
  values: fenceValues.optional(),
};
export const zscoreFields = {
  method: z.literal('zscore'),
  k: z.number().positive().default(3).describe('Standard deviations from the mean.'),
  values: fenceValues.optional(),
};

interface Bounds {
  readonly method: 'bounds';
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** How fences come about. */
export type FenceRule =
  | Bounds
  | { readonly method: 'quantiles'; readonly quantiles: readonly [number, number] }
  | { readonly method: 'iqr'; readonly k: number }
  | { readonly method: 'zscore'; readonly k: number };

/** Rules that need data. */
type LearnedRule = Exclude<FenceRule, Bounds>;

/** @returns what is wrong with a rule; paths are relative to the step */
function checkFences(rule: FenceRule): Fault[] {
  if (rule.method === 'bounds') {
    const { min, max } = rule;
    if (min === undefined && max === undefined) return [invalid('', '`min` or `max`, or both', undefined)];
    return min !== undefined && max !== undefined && min > max ? [invalid('/min', `at most max (${max})`, min)] : [];
  }
  if (rule.method !== 'quantiles') return [];
  const [low, high] = rule.quantiles;
  return low < high ? [] : [invalid('/quantiles', 'a smaller and a larger one', rule.quantiles)];
}

function fencesLearner(rule: LearnedRule, columns: readonly Column[]): Learner<FenceValues> {
  if (rule.method === 'zscore') {
    return learnRows(columns, new MomentsLearner(columns), (moments) => {
      const fence = (sign: number) => moments.map(({ mean, variance }) => mean + sign * rule.k * Math.sqrt(variance));
      return { min: fence(-1), max: fence(1) };
    });
  }
  const levels = rule.method === 'iqr' ? [0.25, 0.75] : rule.quantiles;
  const quantiles = new QuantilesLearner(
    columns,
    levels.map((level) => ({ method: 'linear', level }) as const),
  );
  return learnRows(columns, quantiles, (found) => {
    const margins = found.map(([low, high]) => (rule.method === 'iqr' ? rule.k * (high! - low!) : 0));
    return {
      min: found.map(([low], i) => low! - margins[i]!),
      max: found.map(([, high], i) => high! + margins[i]!),
    };
  });
}

/** What steps with fences have in common: they differ in what they do with a value beyond them. */
export const fencedStep = {
  values: fenceValues,
  takes: () => ['number'],
  check: checkFences,
  checkColumns: (rule: FenceRule, learned: FenceValues | undefined, columns: readonly Column[]) =>
    rule.method === 'bounds' ? [] : checkRows(learned, ['min', 'max'], columns),
  learner: (rule: FenceRule, columns: readonly Column[]) =>
    rule.method === 'bounds' ? undefined : fencesLearner(rule, columns),
} satisfies Partial<StepKind<FenceRule, FenceValues>>;

/** The fences as two rows of a graph. */
export function fenceRows(
  graph: DoubleGraph,
  rule: FenceRule,
  learned: LearnedRows<'min' | 'max'> | undefined,
): { min: Value; max: Value } {
  if (rule.method !== 'bounds') {
    return { min: graph.row(learnedRow(learned, 'min')), max: graph.row(learnedRow(learned, 'max')) };
  }
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = rule;
  return { min: graph.number(min), max: graph.number(max) };
}
