import type { OutputValue, Score } from '../outputs/read-outputs.ts';
import { csvField, csvLine, harmlessText } from './csv-text.ts';
import type { RowFault } from './decoded-rows.ts';

/** Scores as CSV, row by row. */
export interface ScoreText {
  /** What stands before the first row; `first` shows which columns there are. */
  head(first: Score): string;
  /** @param row position among the records, from 0; @param kept the repeated columns as CSV */
  row(row: number, kept: string | undefined, score: Score): string;
}

/** `row`, the repeated columns, then the outputs: a list or a map becomes a column for each of its parts. */
export const csvScores = (keptColumns: readonly string[]): ScoreText => ({
  head: (first) =>
    csvLine(['row', ...keptColumns, ...Object.entries(first).flatMap(([name, value]) => columnsOf(name, value))]),
  row: (row, kept, score) => {
    let line = String(row);
    if (kept !== undefined) line += `,${kept}`;
    for (const name in score) line += `,${cellsOf(score[name]!)}`;
    return `${line}\n`;
  },
});

const partsOf = (value: OutputValue) => Object.entries(value) as [string, OutputValue][];

function columnsOf(name: string, value: OutputValue): string[] {
  return typeof value === 'object'
    ? partsOf(value).flatMap(([part, inner]) => columnsOf(`${name}.${part}`, inner))
    : [name];
}

function cellsOf(value: OutputValue): string {
  if (typeof value === 'object')
    return partsOf(value)
      .map(([, inner]) => cellsOf(inner))
      .join();
  return typeof value === 'string' ? csvField(value) : String(value);
}

/** Head of the file that lists the wrong rows. */
export const errorsHead = csvLine(['row', 'line', 'byte', 'column', 'code', 'expected', 'got']);

/** One line of the file that lists the wrong rows. Line and byte are empty where the format has no lines. */
export function errorLine({ row, line, byte, path, code, expected, got }: RowFault): string {
  const place = line === 0 ? ['', ''] : [String(line), String(byte)];
  const column = path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  return csvLine([String(row), ...place, column, code, harmlessText(expected), harmlessText(got)]);
}
