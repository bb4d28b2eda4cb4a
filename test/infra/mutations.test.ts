import { expect, test } from 'vitest';
import { infraNow } from './bicep-text.ts';
import { problemsOf } from './infra-truth.ts';
import { mutationsOf } from './mutations.ts';

const infra = infraNow();
const mutations = mutationsOf(infra);

test('infra/ gives everybody what he needs, and no role that nobody needs', () => {
  expect(problemsOf(infra)).toEqual([]);
});

test('there is a mutation for everything that can be deleted', () => {
  const count = (beginning: RegExp) => mutations.filter(({ name }) => beginning.test(name)).length;
  expect(
    count(/ of modules\/(storage-roles|function-app|event-grid|event-hubs|monitoring|cosmos)\.bicep$/),
  ).toBeGreaterThan(20);
  expect(count(/^setting /)).toBeGreaterThan(15);
  expect(count(/^container /)).toBeGreaterThan(10);
  expect(count(/^queue /)).toBeGreaterThanOrEqual(2);
  expect(count(/^Cosmos DB container /)).toBeGreaterThanOrEqual(3);
  expect(count(/^dead letter /)).toBe(3);
});

test.each(mutations.map(({ name, infra: mutated }) => [name, mutated] as const))(
  'without %s somebody fails, and is named',
  (_, mutated) => {
    const problems = problemsOf(mutated);
    expect(problems.length).toBeGreaterThan(0);
    // `what: who would fail, at what`.
    for (const problem of problems) expect(problem).toMatch(/: .{10,}/);
  },
);
