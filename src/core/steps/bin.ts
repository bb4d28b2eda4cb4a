import * as z from 'zod';
import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { emitBinIndicators, emitBinPositions } from './bin-operators.ts';
import { assemble, type Column, numberColumns, replaced } from './columns.ts';
import { checkLengths, invalid } from './columns-check.ts';
import { featuresField } from './fields.ts';
import { kMeansEdgesLearner, quantileEdgesLearner, uniformEdgesLearner } from './learn/bin-edges.ts';
import { regroup } from './regroup.ts';
import type { Learner, StepKind } from './step.ts';

/** JSON has no infinities: the only bin of a constant column reaches from one to the other. */
const edge = z.union([z.number(), z.enum(['-inf', 'inf'])]);

const values = z.strictObject({
  edges: z
    .array(
      z
        .array(edge)
        .min(2)
        .max(limits.binsMax + 1),
    )
    .describe('Rising borders for each column.'),
});

const common = {
  step: z.literal('bin'),
  features: featuresField,
  encode: z
    .enum(['ordinal', 'onehot'])
    .describe('ordinal: the position of the bin; onehot: an indicator for each bin, named <feature>_<position>.'),
};
const learnable = { ...common, values: values.optional() };
const bins = z.int().min(2).max(limits.binsMax).default(5);

const schema = z.discriminatedUnion('strategy', [
  z.strictObject({ ...learnable, strategy: z.literal('uniform'), bins }),
  z.strictObject({
    ...learnable,
    strategy: z.literal('quantile'),
    bins,
    quantileMethod: z.enum(['averaged_inverted_cdf', 'linear']).default('averaged_inverted_cdf'),
  }),
  z.strictObject({ ...learnable, strategy: z.literal('kmeans'), bins }),
  z.strictObject({
    ...common,
    strategy: z.literal('edges'),
    edges: z
      .array(z.number())
      .min(2)
      .max(limits.binsMax + 1)
      .describe('Rising borders; what lies outside belongs to the first or the last bin.'),
  }),
]);

type Bin = z.infer<typeof schema>;
type BinValues = z.infer<typeof values>;

/** A number becomes the bin that it lies in, as KBinsDiscretizer does it; a border belongs to the bin above. */
export const bin = {
  schema,
  values,
  takes: () => ['number'],
  check: (spec) => (spec.strategy === 'edges' ? checkGiven(spec.edges) : []),
  checkColumns: (_, learned, columns) => [
    ...checkLengths(learned, ['edges'], columns),
    ...(learned?.edges ?? []).flatMap(checkLearned),
  ],
  learner,
  emit(graph, spec, learned, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const borders = columns.map((_, i) => (spec.strategy === 'edges' ? spec.edges : learned!.edges[i]!).slice(1, -1));
    const inner = borders.map((list) => list.map(Number));
    const value = assemble(graph, columns);
    if (spec.encode === 'ordinal') return { groups: replaced(groups, emitBinPositions(graph, value, inner)) };
    const names = columns.flatMap(({ name }, i) => [...inner[i]!, 0].map((_, position) => `${name}_${position}`));
    const made = numberColumns(emitBinIndicators(graph, value, inner), names, false);
    const counts = inner.map((list) => list.length + 1);
    return { groups: regroup(groups, made, counts) };
  },
} satisfies StepKind<Bin, BinValues>;

function learner(spec: Bin, columns: readonly Column[]): Learner<BinValues> | undefined {
  switch (spec.strategy) {
    case 'uniform':
      return uniformEdgesLearner(columns, spec.bins);
    case 'quantile':
      return quantileEdgesLearner(columns, spec.bins, spec.quantileMethod);
    case 'kmeans':
      return kMeansEdgesLearner(columns, spec.bins);
    case 'edges':
      return undefined;
  }
}

/** Borders given by hand rise; those learned may coincide, which leaves a bin empty. */
function checkGiven(edges: readonly number[]): Fault[] {
  const at = edges.findIndex((each, i) => i > 0 && each <= edges[i - 1]!);
  return at < 0 ? [] : [invalid(`/edges/${at}`, `more than ${edges[at - 1]}`, edges[at])];
}

/** The outermost borders decide nothing, so they may be anything. */
function checkLearned(edges: BinValues['edges'][number], column: number): Fault[] {
  const at = edges.findIndex((each, i) => {
    if (i === 0 || i === edges.length - 1) return false;
    return typeof each === 'string' || (i > 1 && each < (edges[i - 1] as number));
  });
  return at < 0 ? [] : [invalid(`/values/edges/${column}/${at}`, `a number from ${edges[at - 1]} on`, edges[at])];
}
