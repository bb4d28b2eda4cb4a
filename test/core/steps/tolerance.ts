import type { Step } from '../../../src/core/steps/step-kinds.ts';
import { type Cell, numberOf, type Vector } from './vectors.ts';

/** Whether a float64 result is as close as a result of another order of operations can be. */
const isClose = (got: number, wanted: number, relative: number, absolute: number): boolean =>
  Object.is(got, wanted) || got === wanted || Math.abs(got - wanted) <= absolute + relative * Math.abs(wanted);

/** @returns a sentence for each value that differs from what the vector expects */
export function differenceFromExpected(values: ArrayLike<number>, { columns, expected, exact }: Vector): string[] {
  const wanted = expected.flat().map((cell) => numberOf(cell));
  if (values.length !== wanted.length) return [`${wanted.length} values expected, got ${values.length}`];
  return wanted.flatMap((each, i) => {
    const got = values[i] as number;
    if (exact ? Object.is(got + 0, each + 0) : isClose(got, each, 1e-9, 1e-12)) return [];
    return [`row ${Math.floor(i / columns.length)}, ${columns[i % columns.length]}: expected ${each}, got ${got}`];
  });
}

/** How far what is learned may lie from what scikit-learn learned: relative to the value, and to 1 near 0. */
function toleranceOf(step: Step, isFirst: boolean): number {
  if (['power', 'pca'].includes(step.step)) return 1e-6;
  const method = 'method' in step ? step.method : 'strategy' in step ? step.strategy : '';
  const isExact = ['median', 'most_frequent', 'quantiles', 'iqr', 'robust', 'minmax', 'maxabs', 'quantile', 'uniform'];
  // Behind another step the values themselves differ from scikit-learn's in the last digits.
  return isExact.includes(String(method)) ? (isFirst ? 0 : 1e-12) : 1e-9;
}

/** @returns a sentence for each learned value that lies too far from scikit-learn's */
export function differenceFromFitted(
  learned: unknown,
  fitted: Readonly<Record<string, unknown>>,
  step: Step,
  isFirst: boolean,
): string[] {
  const tolerance = toleranceOf(step, isFirst);
  return Object.entries(fitted).flatMap(([key, wanted]) => {
    const got = (learned as Record<string, unknown> | undefined)?.[key];
    return wanted === null ? [] : differences(got, wanted, tolerance, key);
  });
}

function differences(got: unknown, wanted: unknown, tolerance: number, path: string): string[] {
  if (Array.isArray(wanted) && Array.isArray(got) && wanted.length === got.length) {
    return wanted.flatMap((each, i) => differences(got[i], each, tolerance, `${path}/${i}`));
  }
  if (typeof got === 'number' && isClose(got, numberOf(wanted as Cell), tolerance, tolerance && 1e-12)) return [];
  return got === wanted ? [] : [`${path}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`];
}
