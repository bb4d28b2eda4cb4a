/** The directions in which a symmetric matrix only stretches. */
export interface Eigen {
  /** Falling. */
  readonly values: readonly number[];
  /** Of length 1, one for each value. */
  readonly vectors: readonly Float64Array[];
}

const sweepsMax = 60;

/**
 * Eigenvalues and eigenvectors by Jacobi's rotations. Slower than others, but for a covariance matrix right in small
 * values beside large ones as well (Demmel and Veselic).
 * @param matrix row-major [n, n], symmetric, without negative eigenvalues but for rounding
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const rows = Array.from({ length: n }, (_, i) => matrix.slice(i * n, (i + 1) * n));
  const vectors = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => Number(i === j)));
  for (let sweep = 0; sweep < sweepsMax && sweepOnce(rows, vectors); sweep++);
  const order = rows.map((_, i) => i).sort((a, b) => rows[b]![b]! - rows[a]![a]!);
  return {
    values: order.map((i) => Math.max(0, rows[i]![i]!)),
    vectors: order.map((i) => vectors[i]!),
  };
}

/** Turns every pair of axes until their entry is 0. @returns whether any had to be turned */
function sweepOnce(rows: readonly Float64Array[], vectors: readonly Float64Array[]): boolean {
  let hasTurned = false;
  for (let p = 0; p < rows.length; p++) {
    for (let q = p + 1; q < rows.length; q++) {
      const [pp, qq, pq] = [rows[p]![p]!, rows[q]![q]!, rows[p]![q]!];
      if (Math.abs(pq) <= Number.EPSILON * Math.sqrt(Math.abs(pp * qq))) continue;
      hasTurned = true;
      turn(rows, vectors, p, q, (qq - pp) / (2 * pq));
    }
  }
  return hasTurned;
}

/** @param cotangent of twice the angle */
function turn(
  rows: readonly Float64Array[],
  vectors: readonly Float64Array[],
  p: number,
  q: number,
  cotangent: number,
): void {
  const tangent = (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(1, cotangent));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  const [rowP, rowQ] = [rows[p]!, rows[q]!];
  const change = tangent * rowP[q]!;
  const [pp, qq] = [rowP[p]! - change, rowQ[q]! + change];
  rotate(rowP, rowQ, cosine, sine);
  for (let k = 0; k < rows.length; k++) {
    rows[k]![p] = rowP[k]!;
    rows[k]![q] = rowQ[k]!;
  }
  [rowP[p], rowQ[q], rowP[q], rowQ[p]] = [pp, qq, 0, 0];
  rotate(vectors[p]!, vectors[q]!, cosine, sine);
}

function rotate(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let k = 0; k < a.length; k++) {
    const x = a[k]!;
    const y = b[k]!;
    a[k] = cosine * x - sine * y;
    b[k] = sine * x + cosine * y;
  }
}
