import { readdirSync, readFileSync } from 'node:fs';
import type { Feature } from '../../../src/core/manifest/features.ts';
import type { Step } from '../../../src/core/steps/step-kinds.ts';

/** A value as JSON can hold it: null is missing or NaN, "inf" and "-inf" are infinite. */
export type Cell = number | string | boolean | null;

/** Values by column. */
export type Table = Readonly<Record<string, readonly Cell[]>>;

/** What scikit-learn made of some rows. */
export interface Vector {
  readonly about: string;
  readonly features: readonly Feature[];
  readonly derive?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** What fit sees. A column that is no feature is a target. */
  readonly fitRows: Table;
  /** What each step has learned from these, or null. */
  readonly fitted: readonly (Readonly<Record<string, unknown>> | null)[];
  readonly rows: Table;
  /** Names of the columns that came out, and their values row by row. */
  readonly columns: readonly string[];
  readonly expected: readonly (readonly Cell[])[];
  /** Whether each row is an outlier, where a step judges that. */
  readonly outliers?: readonly boolean[];
  /** Whether the values must be equal to the last bit: categories, bins, labels. */
  readonly exact: boolean;
}

const folder = new URL('../../vectors/', import.meta.url);

/** Names of the vectors in the repository. */
export const vectorNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));

export const readVector = (name: string): Vector =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Vector;

export function numberOf(cell: Cell | undefined): number {
  if (cell === null || cell === undefined) return Number.NaN;
  if (cell === 'inf') return Number.POSITIVE_INFINITY;
  if (cell === '-inf') return Number.NEGATIVE_INFINITY;
  return typeof cell === 'string' ? Date.parse(cell) : Number(cell);
}
