import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { OutputValue, Score } from '../outputs/read-outputs.ts';
import type { Outputs, Tensor } from '../tensor.ts';
import type { Tolerance } from './golden.ts';

/** Whether a number is what was expected of it; NaN equals NaN. */
export const isClose = (got: number, expected: number, { absolute, relative }: Tolerance): boolean =>
  Object.is(got, expected) || got === expected || Math.abs(got - expected) <= absolute + relative * Math.abs(expected);

const failed = (path: string, expected: unknown, got: unknown): Fault => ({
  code: 'model.golden_failed',
  path,
  expected: describeValue(expected),
  got: describeValue(got),
});

/** The first difference of each output from what it must be: type, shape, then values. */
export function compareOutputs(got: Outputs, expected: Outputs, tolerance: Tolerance, path: string): Fault[] {
  return Object.entries(expected).flatMap(([name, tensor]) => {
    const at = `${path}${pointerTo('outputs', name)}`;
    const other = got[name];
    if (other === undefined) return [failed(at, `${tensor.type} [${tensor.dims}]`, 'no such output')];
    if (other.type !== tensor.type || String(other.dims) !== String(tensor.dims)) {
      return [failed(at, `${tensor.type} [${tensor.dims}]`, `${other.type} [${other.dims}]`)];
    }
    const index = firstDifference(other, tensor, tolerance);
    if (index < 0) return [];
    return [failed(`${at}${pointerTo('data', index)}`, printable(tensor.data[index]), printable(other.data[index]))];
  });
}

const printable = (value: unknown) => (typeof value === 'bigint' ? String(value) : value);

function firstDifference(got: Tensor, expected: Tensor, tolerance: Tolerance): number {
  const isNumber = got.type === 'float32' || got.type === 'float64';
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [got.data[i], expected.data[i]];
    if (isNumber ? !isClose(a as number, b as number, tolerance) : a !== b) return i;
  }
  return -1;
}

/** Where a score differs from the fields that are expected of it. */
export function compareScore(got: Score | undefined, expected: object, tolerance: Tolerance, path: string): Fault[] {
  if (got === undefined) return [failed(path, 'a score', 'a refusal')];
  return Object.entries(expected).flatMap(([name, value]) =>
    compareValue(got[name], value, tolerance, `${path}${pointerTo(name)}`),
  );
}

function compareValue(got: OutputValue | undefined, expected: unknown, tolerance: Tolerance, path: string): Fault[] {
  if (typeof expected === 'number' && typeof got === 'number') {
    return isClose(got, expected, tolerance) ? [] : [failed(path, expected, got)];
  }
  if (typeof expected === 'object' && expected !== null && typeof got === 'object') {
    return Object.entries(expected).flatMap(([name, value]) =>
      compareValue((got as Record<string, OutputValue>)[name], value, tolerance, `${path}${pointerTo(name)}`),
    );
  }
  return got === expected ? [] : [failed(path, expected, got)];
}
