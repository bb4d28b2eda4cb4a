import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Score } from '../../../../src/core/outputs/read-outputs.ts';
import type { ScoreDocument } from '../../../../src/core/outputs/score-document.ts';
import { type Filter, matches, namesIn } from '../../../../src/core/routes/filter/filter.ts';
import { parseFilter } from '../../../../src/core/routes/filter/parse-filter.ts';

const documentWith = (outputs: Score): ScoreDocument => ({
  id: 'telemetry~0~1~x~pump',
  partition: 'p',
  key: 'machine-7',
  model: 'pump',
  version: 3,
  modelDigest: 'sha256:00',
  inputDigest: 'sha256:01',
  source: { kind: 'stream', hub: 'telemetry', partition: '0', sequence: 1, enqueuedAt: '2026-11-21T03:04:05.678Z' },
  outputs,
});
const alarm = documentWith({
  label: 'failure',
  probability: 0.93,
  probabilities: { ok: 0.07, 'over heat': 0.5 },
  'a.b': 1,
  flag: true,
  top: [{ class: 'x' }],
  'max torque': 5,
});
const read = (text: string): Filter => {
  const filter = parseFilter(text);
  if ('code' in filter) throw new Error(`${filter.expected}, got ${filter.got}`);
  return filter;
};

test.each([
  ['label = "failure" and probability > 0.9', true],
  ["label == 'failure' and probability > 0.95", false],
  ['label != "ok"', true],
  ['label <> "failure"', false],
  ['probability >= 0.93', true],
  ['probability <= .93', true],
  ['probability < 9.3e-1', false],
  ['0.9 < probability', true],
  ['probability > -1', true],
  ['flag', true],
  ['flag = true', true],
  ['not flag', false],
  ['not (flag and label = "ok") or false = flag', true],
  ['label = "ok" or label = "failure" and probability > 2', false],
  ['(label = "ok" or label = "failure") and not probability > 2', true],
  ['probabilities.ok < 0.1', true],
  ['`probabilities.over heat` = 0.5', true],
  ['a.b = 1', true],
  ['`max torque` = 5', true],
  ['key = "machine-7" and model = "pump" and version = 3', true],
])('%s', (text, answer) => {
  expect(matches(read(text), alarm)).toBe(answer);
});

test.each([
  'nothing = 1',
  'nothing != 1',
  'label > 1',
  'probability = "0.93"',
  'top = 1',
  'probabilities = 1',
  'label',
  'nothing',
  'constructor = 1',
  'probabilities.toString = 1',
])('what is not there, or of another type, is no match: %s', (text) => expect(matches(read(text), alarm)).toBe(false));

describe('what is wrong is told with its place', () => {
  test.each([
    ['', 'a name, a number, a text in quotes, "not" or "(" at character 1', 'the end'],
    ['label =', 'a name, a number, a text in quotes, "not" or "(" at character 8', 'the end'],
    ['label = "failure', 'a second " that ends the text at character 9', '"\\""'],
    ['label & x', '"and" at character 7', '"&"'],
    ['a > 1 > 2', '"and" between two comparisons at character 7', '">"'],
    ['a > 1 b', '"and", "or" or the end at character 7', '"b"'],
    ['(a > 1', '"and", "or" or ")" at character 7', 'the end'],
    ['1', 'a comparison at character 2', 'the end'],
    ['1 = 1', 'a question about at least one output at character 1', '"1 = 1"'],
    ['a > and', 'a name, a number, a text in quotes, "not" or "(" at character 5', '"and"'],
    ['#', 'a name, a number, a text in quotes, or a comparison; other names stand in backticks at character 1', '"#"'],
    [`${'('.repeat(100)}a`, 'at most 64 parts inside each other at character 65', '"("'],
    [`${'not '.repeat(100)}a`, 'at most 64 parts inside each other at character 257', '"not"'],
  ])('%s', (text, expected, got) => {
    expect(parseFilter(text)).toEqual({ code: 'expression.malformed', path: '', expected, got });
  });
});

test('no text makes the reader fail', () => {
  const piece = fc.constantFrom(
    'a',
    '(',
    ')',
    '"',
    "'",
    '`',
    '=',
    '<',
    'and',
    'or',
    'not',
    ' ',
    '1',
    '.',
    '-',
    'true',
    '\n',
    'ü',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const filter = parseFilter(pieces.join(''));
      if (!('code' in filter)) expect(typeof matches(filter, alarm)).toBe('boolean');
    }),
  );
});

test('names are listed once', () => {
  expect(namesIn(read('a > 1 and not (b or a = c)'))).toEqual(['a', 'b', 'c']);
});
