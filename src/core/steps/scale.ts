import * as z from 'zod';
import { assemble, replaced } from './columns.ts';
import { featuresField, row } from './fields.ts';
import type { StepKind } from './step.ts';

const common = { step: z.literal('scale'), features: featuresField };

const schema = z.discriminatedUnion('method', [
  z.strictObject({
    ...common,
    method: z.literal('standard'),
    centering: z.boolean().default(true),
    scaling: z.boolean().default(true),
  }),
]);

type Scale = z.infer<typeof schema>;

const values = z.strictObject({ mean: row, scale: row });

/** Standard scaling, as StandardScaler. */
export const scale: StepKind<Scale, z.infer<typeof values>> = {
  schema,
  values,
  takes: () => ['number'],
  emit(graph, spec, learned, groups) {
    const { mean, scale: divisor } = learned!;
    let value = assemble(
      graph,
      groups.flatMap(({ columns }) => columns),
    );
    if (spec.centering) value = graph.sub(value, graph.row(mean));
    if (spec.scaling) value = graph.div(value, graph.row(divisor.map((each) => each || 1)));
    return { groups: replaced(groups, value) };
  },
};
