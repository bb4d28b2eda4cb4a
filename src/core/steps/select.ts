import * as z from 'zod';
import { limits } from '../limits.ts';
import { closestTo } from '../suggest.ts';
import type { Column } from './columns.ts';
import { invalid } from './columns-check.ts';
import { columnName, featuresField, groupName } from './fields.ts';
import { ClassSeparationLearner } from './learn/class-separation.ts';
import { impossible, learnThen } from './learn/impossible.ts';
import { LinearRelationLearner } from './learn/linear-relation.ts';
import { MomentsLearner } from './learn/moments.ts';
import type { Learner, StepKind } from './step.ts';

const keep = z.array(columnName).min(1).max(limits.featuresMax);
const values = z.strictObject({ keep: keep.describe('Names of the columns that stay, in order.') });

const common = {
  step: z.literal('select'),
  features: featuresField,
  as: groupName,
};

const schema = z.discriminatedUnion('method', [
  z.strictObject({ ...common, method: z.literal('keep'), keep }),
  z.strictObject({
    ...common,
    method: z.literal('variance'),
    threshold: z.number().min(0).default(0).describe('Columns with no more variance (ddof 0) are left out.'),
    values: values.optional(),
  }),
  z.strictObject({
    ...common,
    method: z.literal('k-best'),
    score: z.enum(['f_classif', 'f_regression']),
    k: z.int().min(1).max(limits.featuresMax),
    target: columnName.describe('Column of the training file that is to be predicted.'),
    values: values.optional(),
  }),
]);

type Select = z.infer<typeof schema>;
type SelectValues = z.infer<typeof values>;

/** A new group of some of the columns, chosen by hand, as VarianceThreshold, or as SelectKBest does it. */
export const select = {
  schema,
  values,
  takes: ({ method }) => (method === 'keep' ? ['number', 'category', 'text'] : ['number']),
  checkColumns(spec, learned, columns) {
    const names = columns.map(({ name }) => name);
    return keptNames(spec, learned).flatMap((name, i) => {
      const path = `${spec.method === 'keep' ? '' : '/values'}/keep/${i}`;
      if (names.includes(name)) return [];
      return [
        invalid(path, `a column of the step's features ("${closestTo(name, names) ?? names.join('", "')}")`, name),
      ];
    });
  },
  learner,
  emit(_, spec, learned, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const kept = keptNames(spec, learned).map((name) => columns.find((column) => column.name === name)!);
    return { groups: [{ name: spec.as, columns: kept }] };
  },
} satisfies StepKind<Select, SelectValues>;

const keptNames = (spec: Select, learned: SelectValues | undefined): readonly string[] =>
  spec.method === 'keep' ? spec.keep : learned!.keep;

function learner(spec: Select, columns: readonly Column[]): Learner<SelectValues> | undefined {
  switch (spec.method) {
    case 'keep':
      return undefined;
    case 'variance':
      return learnThen(new MomentsLearner(columns), (moments) => {
        const kept = columns.filter((_, i) => moments[i]!.variance > spec.threshold);
        if (kept.length > 0) return namesOf(kept);
        const most = Math.max(...moments.map(({ variance }) => variance));
        return impossible(
          columns[0]!.name,
          `or one beside it with a variance above ${spec.threshold}`,
          `${most} at most`,
        );
      });
    case 'k-best':
      return learnThen(scoresLearner(spec.score, columns, spec.target), (scores) => {
        const best = positionsOfBest(scores, spec.k);
        return namesOf(columns.filter((_, i) => best.has(i)));
      });
  }
}

const scoresLearner = (score: 'f_classif' | 'f_regression', columns: readonly Column[], target: string) =>
  score === 'f_classif' ? new ClassSeparationLearner(columns, target) : new LinearRelationLearner(columns, target);

const namesOf = (columns: readonly Column[]): SelectValues => ({ keep: columns.map(({ name }) => name) });

/** Of columns with equal scores the last ones are the best; one without any score is the worst. */
function positionsOfBest(scores: readonly number[], k: number): Set<number> {
  const ranks = scores.map((score) => (Number.isNaN(score) ? -Number.MAX_VALUE : score));
  const rising = ranks.map((_, i) => i).sort((a, b) => (ranks[a]! < ranks[b]! ? -1 : Number(ranks[a]! > ranks[b]!)));
  return new Set(rising.slice(-k));
}
