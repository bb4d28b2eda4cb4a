import { expect, test } from 'vitest';
import { infraMutations, mutated } from '../../mutate/infra-mutations.ts';
import { infraNow } from './bicep-text.ts';
import { problemsOf } from './infra-truth.ts';

const infra = infraNow();
const mutations = infraMutations(infra);

test('infra/ gives everybody what he needs, and no role that nobody needs', () => {
  expect(problemsOf(infra)).toEqual([]);
});

test('there is a mutation for everything that can be deleted', () => {
  const count = (kind: string) => mutations.filter(({ id }) => id.startsWith(`infra-${kind}-`)).length;
  expect(count('role')).toBeGreaterThan(18);
  expect(count('subscription')).toBe(2);
  expect(count('setting')).toBeGreaterThan(15);
  expect(count('container')).toBeGreaterThan(10);
  expect(count('queue')).toBeGreaterThanOrEqual(2);
  expect(count('cosmos-container')).toBeGreaterThanOrEqual(3);
  expect(count('dead-letter')).toBe(3);
});

// The same as `npm run mutate` does on a copy, in this process: quick enough for every run.
test.each(mutations.map((mutation) => [mutation.id, mutation] as const))(
  'without %s somebody fails, and is named',
  (_, mutation) => {
    const problems = problemsOf(mutated(infra, mutation));
    expect(problems.length).toBeGreaterThan(0);
    // `what: who would fail, at what`.
    for (const problem of problems) expect(problem).toMatch(/: .{10,}/);
  },
);
