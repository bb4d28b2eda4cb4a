import { type Fault, pointerTo } from '../fault.ts';
import { type Contract, outlierOutput, overflowOutput } from '../pipeline/contract.ts';
import type { Outputs } from '../tensor.ts';
import type { OutputValue } from './read-outputs.ts';

/** What the pipeline itself says of a row, beside the scores of the model. */
export interface RowMarks {
  /** Outputs of the graph that hold it. */
  readonly fetches: readonly string[];
  /** Why the score of a row may not be used. */
  faultOf(outputs: Outputs, row: number): Fault | undefined;
  /** Writes under `outliers` which columns of a row are some, where the manifest asks for it. */
  flag(score: Record<string, OutputValue>, outputs: Outputs, row: number): void;
}

interface Mark {
  readonly output: string;
  readonly columns: readonly string[];
}

/** Name of the field that says which columns are outliers. */
const flagField = 'outliers';

/** Compiles the reading of what a built graph says of its rows. */
export function rowMarksOf({ overflow, outliers }: Contract): RowMarks {
  const judged = outliers.map((each, i) => ({ ...each, output: outlierOutput(i) }));
  const overflows: Mark[] = overflow.length > 0 ? [{ output: overflowOutput, columns: overflow }] : [];
  const rejects = judged.filter(({ action }) => action === 'reject');
  const flags = judged.filter(({ action }) => action === 'flag');
  return {
    fetches: [...overflows, ...judged].map(({ output }) => output),
    faultOf: (outputs, row) => {
      const overflown = firstMarked(overflows, outputs, row);
      if (overflown !== undefined) return overflowFault(overflown);
      const outlier = firstMarked(rejects, outputs, row);
      return outlier === undefined ? undefined : outlierFault(outlier);
    },
    flag: (score, outputs, row) => {
      if (flags.length > 0) score[flagField] = flagsOf(flags, outputs, row);
    },
  };
}

const isMarked = (outputs: Outputs, { output, columns }: Mark, row: number, column: number): boolean =>
  Boolean(outputs[output]?.data[row * columns.length + column]);

function firstMarked(marks: readonly Mark[], outputs: Outputs, row: number): string | undefined {
  for (const mark of marks) {
    const name = mark.columns.find((_, column) => isMarked(outputs, mark, row, column));
    if (name !== undefined) return name;
  }
  return undefined;
}

const flagsOf = (marks: readonly Mark[], outputs: Outputs, row: number): Record<string, boolean> =>
  Object.fromEntries(
    marks.flatMap((mark) => mark.columns.map((name, column) => [name, isMarked(outputs, mark, row, column)])),
  );

const overflowFault = (column: string): Fault => ({
  code: 'value.overflow',
  path: pointerTo(column),
  expected: 'a finite number of the type that the model takes',
  got: 'an overflow in the preprocessing',
});

const outlierFault = (column: string): Fault => ({
  code: 'feature.outlier',
  path: pointerTo(column),
  expected: 'a value inside the fences of the manifest',
  got: 'an outlier',
});
