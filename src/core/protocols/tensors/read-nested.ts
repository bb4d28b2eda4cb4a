import type { Fault } from '../../fault.ts';
import type { Tensor, TensorData, TensorInfo, TensorType } from '../../tensor.ts';
import { describeKind } from '../body-json.ts';
import { arrayOf } from '../open-inference/datatypes.ts';

/** The sizes that dimensions with a name have in a call, by name. */
export type NamedDims = Map<string, number>;

type Element = number | bigint | string;

/** How values of a type are told, and made of what JSON holds; undefined for what is none of them. */
interface ElementForm {
  readonly expected: string;
  of(value: unknown): Element | undefined;
}

/** Half a step above the largest float32: everything below rounds to a finite value. */
const float32End = 3.4028235677973362e38;

const float = (expected: string, end: number): ElementForm => ({
  expected,
  of(value) {
    if (value === null) return Number.NaN;
    return typeof value === 'number' && Math.abs(value) < end ? value : undefined;
  },
});

const integer = (min: number, max: number): ElementForm => ({
  expected: `an integer, ${min}..${max}`,
  of: (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? Number(value) : undefined,
});

/** What JSON.parse could not keep all digits of is refused. */
const long = (min: number): ElementForm => ({
  expected: 'an integer of at most 53 bits (V2 takes 64)',
  of: (value) => (Number.isSafeInteger(value) && (value as number) >= min ? BigInt(value as number) : undefined),
});

const forms: Readonly<Record<TensorType, ElementForm>> = {
  float32: float('a number that fits into float32, or null for NaN', float32End),
  float64: float('a number, or null for NaN', Number.POSITIVE_INFINITY),
  int8: integer(-128, 127),
  uint8: integer(0, 255),
  int16: integer(-(2 ** 15), 2 ** 15 - 1),
  uint16: integer(0, 2 ** 16 - 1),
  int32: integer(-(2 ** 31), 2 ** 31 - 1),
  uint32: integer(0, 2 ** 32 - 1),
  int64: long(Number.MIN_SAFE_INTEGER),
  uint64: long(0),
  bool: { expected: 'true or false', of: (value) => (typeof value === 'boolean' ? Number(value) : undefined) },
  string: { expected: 'a text', of: (value) => (typeof value === 'string' ? value : undefined) },
};

/**
 * Reads lists in lists as the tensor of an input, whose type and shape say what they must be.
 * @param dims what is known of dimensions with a name; those of this tensor are added
 * @returns the tensor, or what is wrong with the place in `value`
 */
export function readNested({ name, type, shape }: TensorInfo, value: unknown, dims: NamedDims): Tensor | Fault {
  const sizes: number[] = [];
  let inner = value;
  for (const [axis, dim] of shape.entries()) {
    const wanted = typeof dim === 'string' ? dims.get(dim) : dim < 0 ? undefined : dim;
    const path = '/0'.repeat(axis);
    if (!Array.isArray(inner)) return wrongShape(path, `lists ${shape.length} deep for "${name}"`, inner);
    if (inner.length === 0 || (wanted !== undefined && inner.length !== wanted)) {
      return wrongShape(path, `a list of ${wanted ?? 'at least 1'} for "${name}"`, inner);
    }
    if (typeof dim === 'string' && dim !== '') dims.set(dim, inner.length);
    sizes.push(inner.length);
    inner = inner[0];
  }
  const filling = new Filling(sizes, type);
  return filling.fill(value, 0) ?? { type, dims: sizes, data: filling.data };
}

const wrongShape = (path: string, expected: string, got: unknown): Fault => ({
  code: 'tensor.wrong_shape',
  path,
  expected,
  got: describeKind(got),
});

/** Values on their way out of lists into the array of a tensor. */
class Filling {
  readonly data: TensorData;
  readonly #values: Element[];
  readonly #sizes: readonly number[];
  readonly #form: ElementForm;
  #at = 0;

  constructor(sizes: readonly number[], type: TensorType) {
    const size = sizes.reduce((product, each) => product * each, 1);
    this.data = type === 'string' ? new Array<string>(size) : new arrayOf[type](size);
    this.#values = this.data as unknown as Element[];
    this.#sizes = sizes;
    this.#form = forms[type];
  }

  /** @returns what is wrong; its path is made on the way back, so that good values pay nothing for it */
  fill(value: unknown, axis: number): Fault | undefined {
    const size = this.#sizes[axis];
    if (size === undefined) return this.#add(value);
    if (!Array.isArray(value) || value.length !== size) return wrongShape('', `a list of ${size}`, value);
    for (let i = 0; i < size; i++) {
      const fault = this.fill(value[i], axis + 1);
      if (fault !== undefined) return { ...fault, path: `/${i}${fault.path}` };
    }
    return undefined;
  }

  #add(value: unknown): Fault | undefined {
    const element = this.#form.of(value);
    if (element === undefined) {
      return { code: 'tensor.malformed', path: '', expected: this.#form.expected, got: describeKind(value) };
    }
    this.#values[this.#at++] = element;
    return undefined;
  }
}
