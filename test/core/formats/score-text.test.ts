import { expect, test } from 'vitest';
import { csvScores, errorLine } from '../../../src/core/formats/score-text.ts';

const score = { label: 'fail,ure', probability: 0.25, by: { a: 0.75, b: 0.25 }, list: [1, 2] };

test('each number of a list or map has a column of its own', () => {
  const text = csvScores(['id', 'a "b"']);
  expect(text.head(score)).toBe('row,id,"a ""b""",label,probability,by.a,by.b,list.0,list.1\n');
  expect(text.row(17, '5,x', score)).toBe('17,5,x,"fail,ure",0.25,0.75,0.25,1,2\n');
  expect(csvScores([]).row(0, undefined, { value: -1e-7 })).toBe('0,-1e-7\n');
});

test('an error line names column and code; a value that a spreadsheet would run is made harmless', () => {
  const fault = {
    row: 2,
    line: 4,
    byte: 90,
    code: 'number.malformed',
    path: '/a~1b',
    expected: 'a number, 0..1',
  } as const;
  expect(errorLine({ ...fault, got: '"x"' })).toBe('2,4,90,a/b,number.malformed,"a number, 0..1","""x"""\n');
  expect(errorLine({ ...fault, got: '=1+1' })).toContain(",'=1+1\n");
  for (const start of ['+', '-', '@', '\t', '＝', '＋', '－', '＠'])
    expect(errorLine({ ...fault, got: `${start}cmd` })).toContain(`,'${start}cmd\n`);
  expect(errorLine({ ...fault, got: '-3' })).toContain(',-3\n');
});

test('what a name inside of an archive says is no formula either, and a format without lines has empty places', () => {
  const fault = { code: 'picture.malformed', path: '', expected: '=1+1.png: a picture', got: 'else' } as const;
  expect(errorLine({ ...fault, row: 3, line: 0, byte: 0 })).toBe("3,,,,picture.malformed,'=1+1.png: a picture,else\n");
});
