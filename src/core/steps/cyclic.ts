import * as z from 'zod';
import { type CalendarPeriod, calendarPeriods, emitPhase } from './calendar.ts';
import { assembleGroups, numberColumns } from './columns.ts';
import { featuresField } from './fields.ts';
import { regroup } from './regroup.ts';
import type { StepKind } from './step.ts';

const schema = z.strictObject({
  step: z.literal('cyclic'),
  features: featuresField,
  period: z
    .union([z.number().gt(0), z.enum(Object.keys(calendarPeriods) as [CalendarPeriod, ...CalendarPeriod[]])])
    .describe('How much of the value is once around: a number; or, of a timestamp (UTC), a period of the calendar.'),
});

type Cyclic = z.infer<typeof schema>;

/** A number becomes the place on a circle, `<feature>_sin` and `<feature>_cos`, so that 23:59 lies beside 0:00. */
export const cyclic = {
  schema,
  values: undefined,
  takes: () => ['number'],
  emit(graph, { period }, _, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const x = assembleGroups(graph, groups);
    const [value, around] =
      typeof period === 'number' ? [x, period] : [emitPhase(graph, x, period), calendarPeriods[period]];
    const angle = graph.div(graph.mul(graph.number(2 * Math.PI), value), graph.number(around));
    const waves = graph.concat([graph.sin(angle), graph.cos(angle)]);
    const names = ['sin', 'cos'].flatMap((wave) => columns.map(({ name }) => `${name}_${wave}`));
    const mayBeMissing = columns.some((column) => column.mayBeMissing);
    const made = numberColumns(waves, names, mayBeMissing);
    const pairs = columns.flatMap((_, i) => [made[i]!, made[columns.length + i]!]);
    return {
      groups: regroup(
        groups,
        pairs,
        columns.map(() => 2),
      ),
    };
  },
} satisfies StepKind<Cyclic, never>;
