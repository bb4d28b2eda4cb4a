import * as z from 'zod';
import { assembleGroups } from './columns.ts';
import { boundsFields, type FenceValues, fencedStep, fenceRows, iqrFields, zscoreFields } from './fences.ts';
import { featuresField } from './fields.ts';
import type { StepKind } from './step.ts';

const common = {
  step: z.literal('outliers'),
  features: featuresField,
  action: z.enum(['reject', 'flag']).describe('reject: the record is refused; flag: it is scored and marked.'),
};

const schema = z.discriminatedUnion('method', [
  z.strictObject({ ...common, ...boundsFields }),
  z.strictObject({ ...common, ...iqrFields }),
  z.strictObject({ ...common, ...zscoreFields }),
]);

/** Marks records with a value beyond the fences; the columns stay as they are. What is missing is no outlier. */
export const outliers = {
  schema,
  ...fencedStep,
  emit(graph, spec, learned, groups) {
    const value = assembleGroups(graph, groups);
    const { min, max } = fenceRows(graph, spec, learned);
    return {
      groups: [],
      outliers: {
        value: graph.or(graph.less(value, min), graph.greater(value, max)),
        columns: groups.flatMap(({ columns }) => columns.map(({ name }) => name)),
        action: spec.action,
      },
    };
  },
} satisfies StepKind<z.infer<typeof schema>, FenceValues>;
