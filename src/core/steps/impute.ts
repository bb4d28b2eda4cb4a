import * as z from 'zod';
import type { Fault } from '../fault.ts';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { missingCode } from './code-tables.ts';
import { assembleGroups, type Column, type Group, numberColumns, replaced } from './columns.ts';
import { invalid } from './columns-check.ts';
import { featuresField } from './fields.ts';
import { type Fill, fillLearner } from './impute-learner.ts';
import type { StepKind } from './step.ts';

const fill = z.union([z.number(), z.string().min(1)]);
const values = z.strictObject({ fill: z.array(fill) });

const common = {
  step: z.literal('impute'),
  features: featuresField,
  indicator: z
    .boolean()
    .default(false)
    .describe('Whether a column <name>_missing of 0 and 1 is added for each column.'),
};

const schema = z.discriminatedUnion('strategy', [
  z.strictObject({
    ...common,
    strategy: z.enum(['mean', 'median', 'most_frequent']),
    values: values.optional(),
  }),
  z.strictObject({
    ...common,
    strategy: z.literal('constant'),
    fill: fill.describe('A number, or a category; one that is not in the vocabulary is added to it.'),
  }),
]);

type Impute = z.infer<typeof schema>;
type ImputeValues = z.infer<typeof values>;

/** Puts a value where one is missing, as SimpleImputer. */
export const impute = {
  schema,
  values,
  takes(spec) {
    if (spec.strategy === 'most_frequent') return ['number', 'category'];
    return [spec.strategy === 'constant' && typeof spec.fill === 'string' ? 'category' : 'number'];
  },
  checkColumns,
  learner: ({ strategy }, columns) => (strategy === 'constant' ? undefined : fillLearner(strategy, columns)),
  emit(graph, spec, learned, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const fills = fillsOf(spec, learned, columns) as Fill[];
    const value = assembleGroups(graph, groups);
    const isCategory = columns[0]?.kind === 'category';
    const isMissing = isCategory ? graph.equalCodes(value, graph.codes([missingCode])) : graph.isNaN(value);
    const filled = isCategory
      ? filledCategories(graph, groups, fills as string[], { value, isMissing })
      : replaced(groups, graph.where(isMissing, graph.row(fills as number[]), value), { mayBeMissing: false });
    return { groups: spec.indicator ? [...filled, ...indicators(graph, columns, isMissing)] : filled };
  },
} satisfies StepKind<Impute, ImputeValues>;

const fillsOf = (spec: Impute, learned: ImputeValues | undefined, columns: readonly Column[]) =>
  spec.strategy === 'constant' ? columns.map(() => spec.fill) : learned?.fill;

function checkColumns(spec: Impute, learned: ImputeValues | undefined, columns: readonly Column[]): Fault[] {
  const other = columns.find(({ kind }) => kind !== columns[0]?.kind);
  if (other !== undefined) return [invalid('/features', 'numbers only, or categories only', other.name)];
  const fills = fillsOf(spec, learned, columns);
  if (fills?.length !== columns.length) {
    return [invalid('/values/fill', `${columns.length} entries, one for each column`, fills)];
  }
  const wanted = columns[0]?.kind === 'category' ? 'string' : 'number';
  const wrong = fills.findIndex((each) => typeof each !== wanted);
  return wrong < 0 ? [] : [invalid(`/values/fill/${wrong}`, `a ${wanted}`, fills[wrong])];
}

/** Codes take the place of codes; a fill that is no category yet becomes the last one. */
function filledCategories(
  graph: DoubleGraph,
  groups: readonly Group[],
  fills: readonly string[],
  { value, isMissing }: { readonly value: Value; readonly isMissing: Value },
): Group[] {
  const columns = groups.flatMap((group) => group.columns);
  const vocabularies = columns.map(({ categories = [] }, i) =>
    categories.includes(fills[i]!) ? categories : [...categories, fills[i]!],
  );
  const codes = vocabularies.map((categories, i) => categories.indexOf(fills[i]!));
  const filled = graph.where(isMissing, graph.codes(codes), value);
  return replaced(groups, filled, { kind: 'category', mayBeMissing: false }).map((group) => ({
    ...group,
    columns: group.columns.map((column) => {
      const categories = vocabularies[column.index]!;
      return { ...column, categories, hasAddedCategory: categories.length > (column.categories ?? []).length };
    }),
  }));
}

const indicators = (graph: DoubleGraph, columns: readonly Column[], isMissing: Value): Group[] => {
  const names = columns.map(({ name }) => `${name}_missing`);
  return numberColumns(graph.toDouble(isMissing), names, false).map((column) => ({
    name: column.name,
    columns: [column],
  }));
};
