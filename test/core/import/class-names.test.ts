import { expect, test } from 'vitest';
import type { ModelFacts } from '../../../src/core/graph/inspect.ts';
import { classNamesOf } from '../../../src/core/import/class-names.ts';

const names = (classes: string[] | undefined, metadata: Record<string, string> = {}) =>
  classNamesOf({ classes: new Map(classes && [['label', classes]]), metadata } as unknown as ModelFacts);

test.each<[string, string[] | undefined, Record<string, string>, string[] | undefined]>([
  ['of the operators', ['a', 'b'], {}, ['a', 'b']],
  ['of the metadata, where operators only count', ['0', '1'], { classes: 'ok, failure' }, ['ok', 'failure']],
  ['as JSON', ['0', '1'], { class_names: '["ok", "failure"]' }, ['ok', 'failure']],
  ['with their codes, in any order', ['0', '1'], { classes: '1=failure,0=ok' }, ['ok', 'failure']],
  ['of the metadata alone', undefined, { labels: 'ok,failure' }, ['ok', 'failure']],
  [
    'of the operators where the metadata has another number',
    ['0', '1', '2'],
    { classes: 'ok,failure' },
    ['0', '1', '2'],
  ],
  ['of the operators where these are names', ['no', 'yes'], { classes: 'a,b' }, ['no', 'yes']],
  ['not of operators that name two alike', ['a', 'a'], {}, undefined],
  ['not of operators that name one not at all', ['', 'a'], {}, undefined],
  ['not of a single word', undefined, { classes: 'ok' }, undefined],
])('names of classes %s', (_, operators, metadata, expected) => {
  expect(names(operators, metadata)).toEqual(expected);
});
