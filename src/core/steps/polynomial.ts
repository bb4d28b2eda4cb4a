import * as z from 'zod';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { limits } from '../limits.ts';
import { assembleGroups, numberColumns } from './columns.ts';
import { invalid } from './columns-check.ts';
import { featuresField, groupName } from './fields.ts';
import { type Monomial, monomials, nameOf, numberOfMonomials } from './monomials.ts';
import type { StepKind } from './step.ts';

const schema = z.strictObject({
  step: z.literal('polynomial'),
  features: featuresField,
  degree: z.int().min(1).max(limits.polynomialDegreeMax).default(2).describe('Most factors in one product.'),
  interactionOnly: z.boolean().default(false).describe('Only products of different columns.'),
  bias: z.boolean().default(false).describe('A column of ones in front.'),
  as: groupName,
});

type Polynomial = z.infer<typeof schema>;

/** A new group of the columns and all their products, as PolynomialFeatures makes it. */
export const polynomial = {
  schema,
  values: undefined,
  takes: () => ['number'],
  checkColumns(spec, _, columns) {
    const count = numberOfMonomials(columns.length, spec.degree, !spec.interactionOnly);
    if (count <= limits.polynomialTermsMax) return [];
    const expected = `a degree with at most ${limits.polynomialTermsMax} products of ${columns.length} columns`;
    return [invalid('/degree', expected, spec.degree)];
  },
  emit(graph, spec, _, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const byDegree = Array.from({ length: spec.degree }, (_, i) =>
      monomials(columns.length, i + 1, !spec.interactionOnly),
    ).filter(({ length }) => length > 0);
    const x = assembleGroups(graph, groups);
    const products = productsByDegree(graph, x, byDegree);
    const value = graph.concat(spec.bias ? [graph.repeatRow(graph.number(1), x), ...products] : products);
    const all: Monomial[] = [...(spec.bias ? [[]] : []), ...byDegree.flat()];
    const names = columns.map(({ name }) => name);
    const mayBeMissing = columns.some((column) => column.mayBeMissing);
    const made = all.map((monomial) => nameOf(monomial, names));
    return { groups: [{ name: spec.as, columns: numberColumns(value, made, mayBeMissing) }] };
  },
} satisfies StepKind<Polynomial, never>;

/** The products of each degree as one matrix: those of the degree before, each times one more column. */
function productsByDegree(graph: DoubleGraph, x: Value, byDegree: readonly (readonly Monomial[])[]): Value[] {
  const matrices = [x];
  for (let degree = 1; degree < byDegree.length; degree++) {
    const positions = new Map(byDegree[degree - 1]!.map((monomial, position) => [monomial.join(), position]));
    const here = byDegree[degree]!;
    const first = here.map(([column]) => column!);
    const others = here.map(([, ...rest]) => positions.get(rest.join())!);
    matrices.push(graph.mul(graph.columns(x, first), graph.columns(matrices[degree - 1]!, others)));
  }
  return matrices;
}
