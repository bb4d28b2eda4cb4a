import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { FeatureType, Manifest } from '../manifest/manifest.ts';
import { closestTo } from '../suggest.ts';
import type { Feeds, Tensor, TensorInfo, TensorType } from '../tensor.ts';
import type { Layout, Slot } from './layout.ts';
import type { RecordBatch } from './record-batch.ts';

/** Fills one column of an input from a batch: `data[(start + row) * width + column]`. */
type FillColumn = (data: WritableData, start: number, batch: RecordBatch, from: number, to: number) => void;
type WritableData = { [index: number]: number | bigint | string };

interface InputPlan {
  readonly name: string;
  readonly type: TensorType;
  readonly width: number;
  /** Models declare [N] or [N, width]. */
  readonly rank: 1 | 2;
  readonly columns: readonly FillColumn[];
}

/** A stretch of rows of one batch. */
export interface Stretch {
  readonly batch: RecordBatch;
  readonly from: number;
  readonly to: number;
}

/** Turns rows into the tensors that the model takes, in the order of the stretches; `fedRows` counts the padding too. */
export type ToFeeds = (stretches: readonly Stretch[]) => { feeds: Feeds; fedRows: number };

/** Element types that each type of feature can feed without being bent. */
const feedable: Record<FeatureType, readonly TensorType[]> = {
  number: ['float32', 'float64'],
  integer: ['float32', 'float64', 'int32', 'int64'],
  boolean: ['float32', 'float64', 'int32', 'int64', 'bool'],
  category: ['float32', 'float64', 'int32', 'int64', 'string'],
  text: ['string'],
  timestamp: ['float64', 'int64'],
};

/** Element types that have a value for "missing": NaN, or "". */
const holdsMissing: readonly TensorType[] = ['float32', 'float64', 'string'];

/**
 * Compiles how rows become feeds, after checking that the manifest fits the model.
 * @param inputs what the model says of its inputs
 * @returns the conversion, or a fault for each place where manifest and model disagree
 */
export function feedsOf(manifest: Manifest, layout: Layout, inputs: readonly TensorInfo[]): ToFeeds | Fault[] {
  const faults = [...unknownInputs(manifest, inputs), ...inputs.flatMap((input) => inputFaults(manifest, input))];
  if (faults.length > 0) return faults;
  const slots = new Map(layout.slots.map((slot) => [slot.feature.name, slot]));
  const plans = inputs.map((input): InputPlan => {
    const names = manifest.model.inputs[input.name] as string[];
    const width = names.length;
    const columns = names.map((name, column) => columnFiller(slots.get(name) as Slot, input.type, width, column));
    return { name: input.name, type: input.type, width, rank: input.shape.length === 1 ? 1 : 2, columns };
  });
  return (stretches) => {
    const rows = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
    const fedRows = paddedRows(rows);
    return {
      feeds: Object.fromEntries(plans.map((plan) => [plan.name, fillInput(plan, stretches, rows, fedRows)])),
      fedRows,
    };
  };
}

const mismatch = (path: string, expected: string, got: unknown): Fault => ({
  code: 'model.mismatch',
  path,
  expected,
  got: describeValue(got),
});

function unknownInputs({ model }: Manifest, inputs: readonly TensorInfo[]): Fault[] {
  const known = inputs.map(({ name }) => name);
  return Object.keys(model.inputs)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const hint = closestTo(name, known) ?? known.join('", "');
      return mismatch(pointerTo('model', 'inputs', name), `an input of the model ("${hint}")`, name);
    });
}

function inputFaults({ model, features }: Manifest, { name, type, shape }: TensorInfo): Fault[] {
  const path = pointerTo('model', 'inputs', name);
  const fed = model.inputs[name];
  if (fed === undefined) return [mismatch(path, `the features that feed the model's input "${name}"`, undefined)];
  const width = shape.length === 1 ? 1 : shape[1];
  if (shape.length > 2) return [mismatch(path, 'an input of one or two dimensions (rows, features)', shape)];
  if (typeof width === 'number' && width > 0 && width !== fed.length) {
    return [mismatch(path, `${width} features, as the model's input "${name}" has`, fed.length)];
  }
  return fed.flatMap((featureName, i) => {
    const feature = features.find((each) => each.name === featureName);
    const at = `${path}${pointerTo(i)}`;
    if (feature === undefined) return [];
    if (!feedable[feature.type].includes(type)) {
      const expected = `a feature that fits ${type} (${feature.type} feeds ${feedable[feature.type].join(', ')})`;
      return [mismatch(at, expected, featureName)];
    }
    if (feature.missing === 'keep' && !holdsMissing.includes(type)) {
      return [mismatch(at, `"missing": "reject" or { "impute": ... }, as ${type} has no NaN`, featureName)];
    }
    return [];
  });
}

/**
 * One row alone is doubled: a lone row of some kernels (LinearClassifier) differs in the last bits from the same row
 * in a batch, and a score must not depend on its neighbours.
 */
const paddedRows = (rows: number): number => (rows === 1 ? 2 : rows);

function fillInput(plan: InputPlan, stretches: readonly Stretch[], rows: number, fedRows: number): Tensor {
  const { type, width, rank, columns } = plan;
  const data = allocate(type, fedRows * width);
  for (const fill of columns) {
    let start = 0;
    for (const { batch, from, to } of stretches) {
      fill(data as WritableData, start, batch, from, to);
      start += to - from;
    }
  }
  if (fedRows > rows) for (let i = 0; i < width; i++) (data as WritableData)[width + i] = (data as WritableData)[i]!;
  return { type, dims: rank === 1 ? [fedRows] : [fedRows, width], data };
}

function allocate(
  type: TensorType,
  length: number,
): Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | string[] {
  switch (type) {
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'bool':
      return new Uint8Array(length);
    default:
      return new Array<string>(length);
  }
}

function columnFiller(slot: Slot, type: TensorType, width: number, column: number): FillColumn {
  if (type === 'string') return stringFiller(slot, width, column);
  const read = slot.bank === 'numbers' ? numberReader(slot) : codeReader(slot);
  if (type === 'int64') {
    return (data, start, batch, from, to) => {
      for (let row = from; row < to; row++) data[(start + row - from) * width + column] = BigInt(read(batch, row));
    };
  }
  return (data, start, batch, from, to) => {
    for (let row = from; row < to; row++) data[(start + row - from) * width + column] = read(batch, row);
  };
}

function numberReader({ feature, column }: Slot): (batch: RecordBatch, row: number) => number {
  const { missing } = feature;
  const imputed = typeof missing === 'object' ? Number(missing.impute) : Number.NaN;
  if (Number.isNaN(imputed)) return (batch, row) => batch.numbers[row * batch.layout.numberCount + column]!;
  return (batch, row) => {
    const value = batch.numbers[row * batch.layout.numberCount + column]!;
    return Number.isNaN(value) ? imputed : value;
  };
}

function codeReader({ feature, column, codes }: Slot): (batch: RecordBatch, row: number) => number {
  const { missing } = feature;
  const imputed = typeof missing === 'object' ? codes.get(String(missing.impute))! : Number.NaN;
  return (batch, row) => {
    const code = batch.categories[row * batch.layout.categoryCount + column]!;
    return code < 0 ? imputed : code;
  };
}

function stringFiller({ feature, column }: Slot, width: number, at: number): FillColumn {
  const imputed = typeof feature.missing === 'object' ? String(feature.missing.impute) : '';
  const vocabulary = feature.type === 'category' ? feature.categories : undefined;
  return (data, start, batch, from, to) => {
    for (let row = from; row < to; row++) {
      const text =
        vocabulary === undefined
          ? batch.texts[row * batch.layout.textCount + column]
          : vocabulary[batch.categories[row * batch.layout.categoryCount + column]!];
      data[(start + row - from) * width + at] = text ?? imputed;
    }
  };
}
