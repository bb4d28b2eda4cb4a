import { describeFault, type Fault } from '../../fault.ts';
import { csvField } from '../../formats/csv-text.ts';
import { csvScores } from '../../formats/score-text.ts';
import { markedRows } from '../rows/marked-rows.ts';
import type { RowModel, ScoredCall } from '../rows/rows-call.ts';

/** How scores are printed. */
export type PrintScores = (scored: ScoredCall, marksRows: boolean) => string;

/** How each answer of a model begins. */
const heads = new WeakMap<RowModel, string>();

function headOf(model: RowModel): string {
  let head = heads.get(model);
  if (head === undefined) {
    const { name, version } = model.manifest;
    head = `{"model":${JSON.stringify(name)},"version":${version},"modelDigest":"${model.digest}","scores":`;
    heads.set(model, head);
  }
  return head;
}

/** `{"model", "version", "modelDigest", "scores": [...]}`; with wrong rows marked, their scores are null and `faults` lists why. */
const printJson = ({ model, scores, faults }: ScoredCall): string =>
  `${headOf(model)}${JSON.stringify(scores)}${markedRows(faults)}}`;

/** A line for each row: `{"row": 0, "outputs": {...}}`, or `{"row": 0, "faults": [...]}`. */
function printNdjson({ scores, faults }: ScoredCall): string {
  return scores
    .map((outputs, row) => JSON.stringify(outputs === undefined ? { row, faults: faults.get(row) } : { row, outputs }))
    .map((line) => `${line}\n`)
    .join('');
}

/** A line for each row under a header; with wrong rows marked, the last column says what is wrong. */
function printCsv({ scores, faults }: ScoredCall, marksRows: boolean): string {
  const text = csvScores([]);
  const first = scores.find((score) => score !== undefined) ?? {};
  const head = text.head(first);
  const lines = scores.map((score, row) => (score === undefined ? '' : text.row(row, undefined, score)));
  if (!marksRows) return head + lines.join('');
  const cells = head.replace(/"[^"]*"/g, '').split(',').length;
  const marked = lines.map((line, row) =>
    line === '' ? `${row}${','.repeat(cells)}${reasonOf(faults, row)}\n` : `${line.slice(0, -1)},\n`,
  );
  return `${head.slice(0, -1)},error\n${marked.join('')}`;
}

const reasonOf = (faults: ReadonlyMap<number, readonly Fault[]>, row: number): string =>
  csvField((faults.get(row) ?? []).map(describeFault).join('; '));

/** The media types that a caller may ask for. */
export const printers = {
  'application/json': printJson,
  'application/x-ndjson': printNdjson,
  'text/csv': printCsv,
} as const satisfies Readonly<Record<string, PrintScores>>;
