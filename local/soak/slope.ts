/** The slope of the straight line through points that leaves the least squares; 0 where they are too few for one. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  if (points.length < 2) return 0;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const [covariance, variance] = points.reduce(
    ([cov, vari], [x, y]) => [cov + (x - meanX) * (y - meanY), vari + (x - meanX) ** 2],
    [0, 0],
  );
  return variance === 0 ? 0 : covariance / variance;
}
