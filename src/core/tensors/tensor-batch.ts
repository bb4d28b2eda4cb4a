import type { Feeds, Tensor, TensorData } from '../tensor.ts';

/** Tensors of one call. Where the model has rows, they can be split along the first dimension and joined with others. */
export interface TensorBatch {
  readonly feeds: Feeds;
  /** Rows; 1 where the tensors belong together as they are. */
  readonly length: number;
  /** What all that shares a run must agree on: the shape of a row of each tensor. undefined: it shares a run with nobody. */
  readonly shapes: string | undefined;
}

/** Rows of more values are neither copied to run with others nor doubled: they cost more than a run of its own. */
const sharedRowValuesMax = 4_096;

/** @param batches whether the first dimension of all tensors of the model is the same one, and may vary */
export function tensorBatchOf(feeds: Feeds, batches: boolean): TensorBatch {
  const tensors = Object.values(feeds);
  const length = tensors[0]?.dims[0];
  if (!batches || length === undefined || length < 1 || tensors.some(({ dims }) => dims[0] !== length)) {
    return { feeds, length: 1, shapes: undefined };
  }
  const rowValues = tensors.reduce((sum, { data }) => sum + data.length / length, 0);
  if (rowValues > sharedRowValuesMax) return { feeds, length, shapes: undefined };
  const names = Object.keys(feeds).sort();
  return { feeds, length, shapes: names.map((name) => `${name}[${feeds[name]?.dims.slice(1).join()}]`).join() };
}

/** Some rows of a batch, as views of its tensors. */
export function rowsOf({ feeds, length }: TensorBatch, from: number, to: number): Feeds {
  if (from === 0 && to === length) return feeds;
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => {
      if (tensor.dims[0] !== length) {
        throw new RangeError(`"${name}" has ${tensor.dims[0] ?? 'no'} rows where ${length} were fed`);
      }
      return [name, rowsOfTensor(tensor, length, from, to)];
    }),
  );
}

function rowsOfTensor({ type, dims, data }: Tensor, length: number, from: number, to: number): Tensor {
  const width = data.length / length;
  const [start, end] = [from * width, to * width];
  const part = Array.isArray(data) ? data.slice(start, end) : (data as Float32Array).subarray(start, end);
  return { type, dims: [to - from, ...dims.slice(1)], data: part };
}

/** Tensors of the same shapes of row, one behind the other. */
export function joinRows(parts: readonly Feeds[]): Feeds {
  const [first = {}, ...others] = parts;
  if (others.length === 0) return first;
  return Object.fromEntries(
    Object.entries(first).map(([name, { type, dims }]) => {
      const tensors = parts.map((part) => part[name] as Tensor);
      const rows = tensors.reduce((sum, tensor) => sum + (tensor.dims[0] ?? 0), 0);
      return [name, { type, dims: [rows, ...dims.slice(1)], data: joinData(tensors.map(({ data }) => data)) }];
    }),
  );
}

function joinData(parts: readonly TensorData[]): TensorData {
  const [first] = parts as [TensorData];
  if (Array.isArray(first)) return (parts as readonly (readonly string[])[]).flat();
  const arrays = parts as readonly Float32Array[];
  const Data = first.constructor as Float32ArrayConstructor;
  const joined = new Data(arrays.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const array of arrays) {
    joined.set(array, end);
    end += array.length;
  }
  return joined;
}
