import type { Fault } from '../../fault.ts';
import type { Learner } from '../step.ts';
import { type Covariance, CovarianceLearner } from './covariance.ts';
import { symmetricEigen } from './eigen.ts';
import { impossible, learnThen } from './impossible.ts';

/** What PCA learns. */
export interface PrincipalComponents {
  readonly mean: number[];
  /** Each of length 1, the one with the most variance first. */
  readonly components: number[][];
  /** Variance of the rows along each component (ddof 1). */
  readonly variance: number[];
}

/**
 * The principal components of columns without missing values.
 * @param wanted how many; or, below 1, the share of the variance that they must have together; all unless given
 */
export const principalComponentsLearner = (
  columns: readonly { readonly name: string }[],
  wanted: number | undefined,
): Learner<PrincipalComponents> =>
  learnThen(new CovarianceLearner(columns), (covariance) => componentsOf(covariance, wanted, columns));

function componentsOf(
  { rows, mean, matrix }: Covariance,
  wanted: number | undefined,
  columns: readonly { readonly name: string }[],
): PrincipalComponents | Fault {
  const most = Math.min(rows, columns.length);
  const rowsMin = Math.max(2, Math.min(columns.length, wanted ?? 0));
  if (rows < rowsMin) return impossible(columns[0]!.name, `with at least ${rowsMin} rows`, String(rows));
  if (!matrix.every(Number.isFinite)) {
    return impossible(columns[0]!.name, 'and those beside it with variances below 1.8e308', 'an overflow');
  }
  const { values, vectors } = symmetricEigen(matrix, columns.length);
  const count = countOf(values.slice(0, most), wanted ?? most);
  return {
    mean: [...mean],
    components: vectors.slice(0, count).map(withSign),
    variance: values.slice(0, count),
  };
}

/** How many components are wanted, or needed to exceed a share of the variance. */
function countOf(variances: readonly number[], wanted: number): number {
  if (wanted >= 1) return wanted;
  const total = variances.reduce((sum, each) => sum + each, 0);
  let share = 0;
  const reached = variances.findIndex((each) => {
    share += each / total;
    return share > wanted;
  });
  return reached < 0 ? variances.length : reached + 1;
}

/** A component and its opposite are as good: the entry farthest from 0 is made positive. */
function withSign(vector: Float64Array): number[] {
  const farthest = vector.reduce((best, each) => (Math.abs(each) > Math.abs(best) ? each : best), 0);
  return Array.from(vector, (each) => (farthest < 0 ? -each : each));
}
