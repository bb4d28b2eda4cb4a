import { expect, test } from 'vitest';
import { csvLines, float32Outputs, ndjsonLines } from '../../../src/core/formats/score-lines.ts';
import { csvScores } from '../../../src/core/formats/score-text.ts';
import { TextBuffer } from '../../../src/core/formats/text-buffer.ts';
import type { Score } from '../../../src/core/outputs/read-outputs.ts';
import { exampleManifest } from '../example-manifest.ts';

const score: Score = {
  label: 'fail,"ure" ß',
  probability: Math.fround(0.93),
  exact: 0.1,
  by: { 'a"b': Math.fround(0.7), b: -2 },
  list: [1, Math.fround(1e-9), 1e21],
  flag: true,
};
const float32s = new Set(['probability', 'by', 'list']);

test('CSV has a cell for each part, as calls get it, but float32 as short as they come back', () => {
  const out = new TextBuffer();
  const lines = csvLines(['id'], float32s);
  lines.head(out, score);
  lines.row(out, 17, ['a, "b"'], score);
  const [head, row] = out.take().toString().split('\n');
  expect(`${head}\n`).toBe(csvScores(['id']).head(score));
  expect(row).toBe('17,"a, ""b""","fail,""ure"" ß",0.93,0.1,0.7,-2,1,1e-9,1e+21,true');
});

test('NDJSON is the row and the outputs', () => {
  const out = new TextBuffer();
  const lines = ndjsonLines([], float32s);
  lines.row(out, 3, undefined, score);
  lines.row(out, 4, undefined, { label: '\u2028\ud800', list: [] });
  const [first, second] = out.take().toString().split('\n');
  expect(JSON.parse(first!)).toEqual({
    row: 3,
    outputs: { ...score, probability: 0.93, by: { 'a"b': 0.7, b: -2 }, list: [1, 1e-9, 1e21] },
  });
  expect(JSON.parse(second!)).toEqual({ row: 4, outputs: { label: '\u2028\ud800', list: [] } });
});

test('only outputs of float32 tensors are written shorter', () => {
  const outputs = { a: { kind: 'value', tensor: 'x' }, b: { kind: 'vector', tensor: 'y' } };
  const infos = [
    { name: 'x', type: 'float64', shape: [1, 1] },
    { name: 'y', type: 'float32', shape: [1, 2] },
  ] as const;
  expect([...float32Outputs(exampleManifest({ outputs }), infos)]).toEqual(['b']);
});

test('a text grows over what was foreseen, and what was taken stays', () => {
  const out = new TextBuffer();
  out.text('a'.repeat(100_000));
  out.text('ß'.repeat(100_000));
  const taken = out.take();
  out.text('other');
  expect(taken.toString()).toBe('a'.repeat(100_000) + 'ß'.repeat(100_000));
  expect(out.take().toString()).toBe('other');
  expect(out.length).toBe(0);
});
