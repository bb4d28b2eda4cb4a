import * as z from 'zod';
import { limits } from '../limits.ts';
import { assembleGroups, numberColumns } from './columns.ts';
import { checkLengths, invalid } from './columns-check.ts';
import { featuresField, groupName, row } from './fields.ts';
import { principalComponentsLearner } from './learn/principal-components.ts';
import type { StepKind } from './step.ts';

const values = z.strictObject({
  mean: row,
  components: z.array(row).min(1).describe('A direction for each new column, with a number for each old one.'),
  variance: row.describe('Variance along each direction.'),
});

const schema = z.strictObject({
  step: z.literal('pca'),
  features: featuresField,
  components: z
    .union([z.int().min(1).max(limits.pcaColumnsMax), z.number().gt(0).lt(1)])
    .optional()
    .describe('How many; or, below 1, the share of the variance that they must have together. All unless given.'),
  whiten: z.boolean().default(false).describe('Each new column is divided by its standard deviation.'),
  as: groupName,
  values: values.optional(),
});

type Pca = z.infer<typeof schema>;

/** A new group of the directions in which the columns vary most, `<as>_0` and so on, as PCA makes it. */
export const pca = {
  schema,
  values,
  takes: () => ['number'],
  checkColumns(spec, learned, columns) {
    if (columns.length > limits.pcaColumnsMax) {
      return [invalid('/features', `at most ${limits.pcaColumnsMax} columns`, columns.length)];
    }
    if (learned === undefined && (spec.components ?? 0) > columns.length) {
      return [invalid('/components', `at most ${columns.length}, the number of columns`, spec.components)];
    }
    if (learned === undefined) return [];
    const { components, variance } = learned;
    const uneven = components.findIndex(({ length }) => length !== columns.length);
    return [
      ...checkLengths(learned, ['mean'], columns),
      ...(uneven < 0
        ? []
        : [invalid(`/values/components/${uneven}`, `${columns.length} numbers`, components[uneven]!.length)]),
      ...(variance.length === components.length
        ? []
        : [invalid('/values/variance', `${components.length} numbers, one for each component`, variance.length)]),
    ];
  },
  learner: (spec, columns) => principalComponentsLearner(columns, spec.components),
  emit(graph, spec, learned, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const { mean, components, variance } = learned!;
    const centred = graph.sub(assembleGroups(graph, groups), graph.row(mean));
    const turned = columns.flatMap((_, column) => components.map((component) => component[column]!));
    const projected = graph.matMul(centred, graph.matrix(columns.length, components.length, turned));
    // A direction without variance is divided by the smallest number that counts, as PCA does it.
    const scale = variance.map((each) => Math.max(Number.EPSILON, Math.sqrt(each)));
    const value = spec.whiten ? graph.div(projected, graph.row(scale)) : projected;
    const names = components.map((_, i) => `${spec.as}_${i}`);
    const mayBeMissing = columns.some((column) => column.mayBeMissing);
    return { groups: [{ name: spec.as, columns: numberColumns(value, names, mayBeMissing) }] };
  },
} satisfies StepKind<Pca, z.infer<typeof values>>;
