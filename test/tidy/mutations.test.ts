import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { occurrences } from '../../mutate/protection.ts';
import { protections } from '../../mutate/protection-list.ts';
import { project } from '../docs/markdown.ts';

const textOf = (file: string) => readFileSync(join(project, file), 'utf8');

test('each protection that npm run mutate takes out is there, exactly once', () => {
  const found = protections.map(({ id, file, text }) => [id, file, occurrences(textOf(file), text)]);
  expect(found).toEqual(protections.map(({ id, file }) => [id, file, 1]));
});

test('each has a test that could notice, and something else to stand in its place', () => {
  const lacking = protections.filter(
    ({ guard, text, without }) => !existsSync(join(project, guard.file)) || text === without,
  );
  expect(lacking).toEqual([]);
});

test('each has an id of its own', () => {
  const ids = protections.map(({ id }) => id);
  expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
});

test('every figure about the delivery of events has one, but those that speak of files and of resources made anew', () => {
  const figures = new Set(protections.flatMap((each) => each.figures));
  const wanted = [...Array.from({ length: 16 }, (_, i) => i + 1), 22, 23].map((number) => `D${number}`);
  expect(wanted.filter((figure) => !figures.has(figure))).toEqual([]);
});
