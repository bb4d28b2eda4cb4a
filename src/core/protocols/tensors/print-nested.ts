import type { Outputs, Tensor } from '../../tensor.ts';
import { floatText } from '../open-inference/float-text.ts';
import { type Refusal, refusal } from '../refusal.ts';

type Values = { readonly [at: number]: number | bigint | string };

/** A tensor as lists in lists. */
export const printNested = (tensor: Tensor): string => printFrom(tensor, 0, 0);

/** The tensors as an object by name. */
export const printByName = (outputs: Outputs): string =>
  `{${Object.entries(outputs)
    .map(([name, tensor]) => `${JSON.stringify(name)}:${printNested(tensor)}`)
    .join()}}`;

/** An entry for each instance: the values of the one output, or an object with those of each. */
export function printByInstance(outputs: Outputs): string {
  const tensors = Object.entries(outputs);
  const [[, first], ...others] = tensors as [[string, Tensor], ...[string, Tensor][]];
  if (others.length === 0) return printNested(first);
  const [count = 1] = first.dims;
  if (tensors.some(([, { dims }]) => dims[0] !== count)) return printByName(outputs);
  const printRow = (row: number) =>
    `{${tensors.map(([name, tensor]) => `${JSON.stringify(name)}:${printFrom(tensor, 1, row * rowSize(tensor))}`).join()}}`;
  return `[${Array.from({ length: count }, (_, row) => printRow(row)).join()}]`;
}

const rowSize = ({ dims }: Tensor) => dims.slice(1).reduce((product, dim) => product * dim, 1);

/** The part of a tensor below an axis, from an element on. */
function printFrom({ type, dims, data }: Tensor, axis: number, start: number): string {
  const values = data as unknown as Values;
  const printOne = (at: number) => {
    const value = values[at];
    if (type === 'string') return JSON.stringify(value);
    if (type === 'float32' || type === 'float64') return floatText(value as number);
    return String(type === 'bool' ? value !== 0 : value);
  };
  const print = (depth: number, from: number): string => {
    const count = dims[depth];
    if (count === undefined) return printOne(from);
    const step = dims.slice(depth + 1).reduce((product, dim) => product * dim, 1);
    const parts: string[] = [];
    for (let i = 0; i < count; i++) parts.push(print(depth + 1, from + i * step));
    return `[${parts.join()}]`;
  };
  return print(axis, start);
}

/** JSON has no NaN and no infinity, and lists have no place to say that there were some: that is refused. */
export function notFiniteIn(outputs: Outputs): Refusal | undefined {
  for (const [name, { type, data }] of Object.entries(outputs)) {
    if ((type === 'float32' || type === 'float64') && !(data as Float32Array).every(Number.isFinite)) {
      const message = `Expected finite numbers in the output "${name}", got NaN or infinity: V2 hands them out as null, and counts them.`;
      return refusal('output.not_finite', message);
    }
  }
  return undefined;
}
