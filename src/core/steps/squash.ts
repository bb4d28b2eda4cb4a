import * as z from 'zod';
import { assembleGroups, replaced } from './columns.ts';
import { featuresField } from './fields.ts';
import type { StepKind } from './step.ts';

const schema = z.strictObject({
  step: z.literal('squash'),
  features: featuresField,
  function: z.enum(['sigmoid', 'tanh']),
});

/** Squeezes numbers into 0..1 (sigmoid) or -1..1 (tanh). */
export const squash = {
  schema,
  values: undefined,
  takes: () => ['number'],
  emit(graph, spec, _, groups) {
    const value = assembleGroups(graph, groups);
    return { groups: replaced(groups, spec.function === 'sigmoid' ? graph.sigmoid(value) : graph.tanh(value)) };
  },
} satisfies StepKind<z.infer<typeof schema>, never>;
