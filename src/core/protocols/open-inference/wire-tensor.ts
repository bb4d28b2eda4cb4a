import type { TensorData } from '../../tensor.ts';
import type { Datatype } from './datatypes.ts';

/** A tensor as a call carried it. */
export interface WireTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** In row-major order; a null among texts is null. */
  readonly data: TensorData | readonly (string | null)[];
  /** Where it stands in the body. */
  readonly at: string;
}

/** The number of values of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
