import * as z from 'zod';
import { assembleGroups, replaced } from './columns.ts';
import {
  boundsFields,
  type FenceValues,
  fencedStep,
  fenceRows,
  fenceValues,
  iqrFields,
  zscoreFields,
} from './fences.ts';
import { featuresField } from './fields.ts';
import type { StepKind } from './step.ts';

const common = { step: z.literal('clip'), features: featuresField };
const share = z.number().min(0).max(1);

const schema = z.discriminatedUnion('method', [
  z.strictObject({ ...common, ...boundsFields }),
  z.strictObject({
    ...common,
    method: z.literal('quantiles'),
    quantiles: z
      .tuple([share, share])
      .default([0.01, 0.99])
      .describe('Shares of the data below the lower and below the upper bound.'),
    values: fenceValues.optional(),
  }),
  z.strictObject({ ...common, ...iqrFields }),
  z.strictObject({ ...common, ...zscoreFields }),
]);

/** Moves values beyond the fences onto them, as numpy.clip. */
export const clip = {
  schema,
  ...fencedStep,
  emit(graph, spec, learned, groups) {
    const { min, max } = fenceRows(graph, spec, learned);
    return { groups: replaced(groups, graph.clip(assembleGroups(graph, groups), min, max)) };
  },
} satisfies StepKind<z.infer<typeof schema>, FenceValues>;
