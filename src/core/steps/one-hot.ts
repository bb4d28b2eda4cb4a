import * as z from 'zod';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { codeFinder, learnedCategories, lookUpCodes, missingCode, unknownCode } from './code-tables.ts';
import { assemble, type Column, numberColumns } from './columns.ts';
import { checkLengths, invalid } from './columns-check.ts';
import { categoryLists, featuresField } from './fields.ts';
import { CategoryCountsLearner } from './learn/category-counts.ts';
import { learnThen } from './learn/impossible.ts';
import { infrequentOf } from './learn/infrequent.ts';
import { type Indicator, indicatorsOf } from './one-hot-indicators.ts';
import { regroup } from './regroup.ts';
import type { StepKind } from './step.ts';

const values = z.strictObject({
  categories: categoryLists,
  infrequent: categoryLists.optional().describe('For each column, the categories that share one indicator.'),
});

const schema = z.strictObject({
  step: z.literal('one-hot'),
  features: featuresField,
  unknown: z
    .enum(['error', 'ignore'])
    .default('error')
    .describe('What becomes of a category that is not in the list: the record is refused, or all indicators are 0.'),
  drop: z
    .enum(['none', 'first', 'if_binary'])
    .default('none')
    .describe('first: the first indicator of each feature is left out; if_binary: of those that have two.'),
  minFrequency: z
    .union([z.int().min(1), z.number().gt(0).lt(1)])
    .optional()
    .describe('Categories that are rarer, as a count or as a share of the rows, share one indicator.'),
  maxCategories: z.int().min(1).optional().describe('Indicators of a feature at most, the shared one included.'),
  values: values.optional(),
});

type OneHot = z.infer<typeof schema>;
type OneHotValues = z.infer<typeof values>;

/** A category becomes one indicator (0 or 1) for each category, as OneHotEncoder does it; all are 0 for a missing one. */
export const oneHot = {
  schema,
  values,
  takes: () => ['category'],
  checkColumns(spec, learned, columns) {
    const faults = checkLengths(learned, ['categories', 'infrequent'], columns);
    if (faults.length > 0 || learned === undefined) return faults;
    const isEmpty = indicatorsOfAll(spec, learned, columns).flat().length === 0;
    return isEmpty ? [invalid('/drop', 'something that leaves an indicator', spec.drop)] : [];
  },
  learner(spec, columns) {
    const counter = new CategoryCountsLearner(columns);
    return learnThen(counter, (counts): OneHotValues => {
      const categories = columns.map((column, i) => learnedCategories(column, counts[i]!));
      if (spec.minFrequency === undefined && spec.maxCategories === undefined) return { categories };
      const infrequent = categories.map((each, i) => {
        const codeOf = codeFinder(columns[i]!);
        const own = each.map((category) => counts[i]![codeOf(category)]!);
        return infrequentOf(each, own, counter.rows, spec);
      });
      return { categories, infrequent };
    });
  },
  emit(graph, spec, learned, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const indicators = indicatorsOfAll(spec, learned!, columns);
    const names = indicators.flatMap((list) => list.map(({ name }) => name));
    const made = numberColumns(indicatorMatrix(graph, columns, indicators), names, false);
    return {
      groups: regroup(
        groups,
        made,
        indicators.map(({ length }) => length),
      ),
    };
  },
} satisfies StepKind<OneHot, OneHotValues>;

const indicatorsOfAll = ({ drop }: OneHot, learned: OneHotValues, columns: readonly Column[]): Indicator[][] =>
  columns.map(({ name }, i) => indicatorsOf(name, learned.categories[i]!, learned.infrequent?.[i] ?? [], drop));

/** One comparison for all columns and categories. */
function indicatorMatrix(
  graph: DoubleGraph,
  columns: readonly Column[],
  indicators: readonly (readonly Indicator[])[],
): Value {
  const codes = columns.map((column, i) => {
    const codeOf = codeFinder(column);
    return indicators[i]!.map(({ categories }) => categories.map(codeOf));
  });
  const sources = codes.flatMap((lists, i) => lists.map(() => i));
  const firsts = codes.flatMap((lists) => lists.map((list) => list[0]!));
  const compared = graph.columns(withFirstCodes(graph, columns, codes), sources);
  return graph.toDouble(graph.equalCodes(compared, graph.codes(firsts)));
}

/** The codes of all columns; of those that share an indicator, each is replaced by the first. */
function withFirstCodes(graph: DoubleGraph, columns: readonly Column[], codes: readonly number[][][]): Value {
  const given = assemble(graph, columns);
  const shared = codes.map((lists) => lists.filter((list) => list.length > 1));
  if (shared.every((lists) => lists.length === 0)) return given;
  const tables = columns.map(({ categories }, i) => {
    const first = new Map(shared[i]!.flatMap((list) => list.map((code) => [code, list[0]!] as const)));
    const known = (categories ?? []).map((_, code) => first.get(code) ?? code);
    return { unknown: unknownCode, missing: missingCode, known };
  });
  return graph.toInt32(lookUpCodes(graph, given, tables));
}
