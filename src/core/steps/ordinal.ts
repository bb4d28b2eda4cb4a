import * as z from 'zod';
import { type CodeTable, learnedCategories, lookUpCodes } from './code-tables.ts';
import { assemble, type Column, replaced } from './columns.ts';
import { checkLengths, invalid } from './columns-check.ts';
import { categoryLists, featuresField } from './fields.ts';
import { CategoryCountsLearner } from './learn/category-counts.ts';
import { learnThen } from './learn/impossible.ts';
import type { StepKind } from './step.ts';

const values = z.strictObject({ categories: categoryLists });

const schema = z.strictObject({
  step: z.literal('ordinal'),
  features: featuresField,
  unknown: z
    .enum(['error', 'value'])
    .default('error')
    .describe('What becomes of a category that is not in the list: the record is refused, or it is unknownValue.'),
  unknownValue: z.number().default(-1),
  values: values.optional(),
});

type Ordinal = z.infer<typeof schema>;

/** A category becomes its position in the list, as OrdinalEncoder does it; what is missing stays missing. */
export const ordinal = {
  schema,
  values,
  takes: () => ['category'],
  checkColumns({ unknown, unknownValue }, learned, columns) {
    const lengths = learned?.categories.map(({ length }) => length) ?? [];
    const isPosition = Number.isInteger(unknownValue) && unknownValue >= 0 && unknownValue < Math.max(0, ...lengths);
    return [
      ...checkLengths(learned, ['categories'], columns),
      ...(unknown === 'value' && isPosition
        ? [invalid('/unknownValue', 'a number that is the position of no category', unknownValue)]
        : []),
    ];
  },
  learner: (_, columns) =>
    learnThen(new CategoryCountsLearner(columns), (counts) => ({
      categories: columns.map((column, i) => learnedCategories(column, counts[i]!)),
    })),
  emit(graph, spec, learned, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const unknown = spec.unknown === 'value' ? spec.unknownValue : Number.NaN;
    const tables = columns.map((column, i) => tableOf(column, learned!.categories[i]!, unknown));
    return { groups: replaced(groups, lookUpCodes(graph, assemble(graph, columns), tables)) };
  },
} satisfies StepKind<Ordinal, z.infer<typeof values>>;

function tableOf(column: Column, categories: readonly string[], unknown: number): CodeTable {
  const positions = new Map(categories.map((category, position) => [category, position]));
  const known = (column.categories ?? []).map((category) => positions.get(category) ?? unknown);
  return { unknown, missing: Number.NaN, known };
}
