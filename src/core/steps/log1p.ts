import * as z from 'zod';
import { assembleGroups, replaced } from './columns.ts';
import { featuresField } from './fields.ts';
import type { StepKind } from './step.ts';

const schema = z.strictObject({ step: z.literal('log1p'), features: featuresField });

/** log(1 + x); NaN below -1, as numpy.log1p. */
export const log1p = {
  schema,
  values: undefined,
  takes: () => ['number'],
  emit: (graph, _, __, groups) => ({ groups: replaced(groups, graph.log1p(assembleGroups(graph, groups))) }),
} satisfies StepKind<z.infer<typeof schema>, never>;
