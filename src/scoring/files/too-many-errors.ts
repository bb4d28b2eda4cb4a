import type { Fault } from '../../core/fault.ts';
import type { FileRoute } from '../../core/routes/routes.ts';

/** Says that more rows were wrong than may be; undefined while they are not. */
export function tooManyErrors({ errorsMax }: FileRoute, rejected: number): Fault | undefined {
  if (errorsMax === undefined || rejected <= errorsMax) return undefined;
  const expected = `at most ${errorsMax} wrong rows`;
  return { code: 'file.too_many_errors', path: '', expected, got: `${errorsMax + 1} or more` };
}

/** Only the end of the file shows the share: until then the wrong rows may merely have come first. */
export function tooLargeAShare({ errorsShareMax }: FileRoute, rejected: number, rows: number): Fault | undefined {
  if (errorsShareMax === undefined || rejected <= errorsShareMax * rows) return undefined;
  const expected = `at most a share of ${errorsShareMax} of the rows to be wrong`;
  return { code: 'file.too_many_errors', path: '', expected, got: `${rejected} of ${rows}` };
}
