import { type Fault, pointerTo } from '../fault.ts';
import type { Bank } from '../manifest/banks.ts';
import type { Feeds, Tensor, TensorInfo } from '../tensor.ts';
import type { Layout } from './layout.ts';
import type { RecordBatch } from './record-batch.ts';

/** A stretch of rows of one batch. */
export interface Stretch {
  readonly batch: RecordBatch;
  readonly from: number;
  readonly to: number;
}

/** Turns rows into the tensors that a built graph takes, in the order of the stretches; `fedRows` counts the padding too. */
export type ToFeeds = (stretches: readonly Stretch[]) => { feeds: Feeds; fedRows: number };

type FillBank = (stretches: readonly Stretch[], fedRows: number) => Tensor;

/**
 * Compiles how rows become feeds. A stretch of one batch is fed as it lies, without a copy.
 * @param inputs what the built graph says of its inputs
 * @param takesOneRow whether the model takes one row at a time, which is then not padded
 * @returns the conversion, or a fault for each input that rows cannot feed
 */
export function feedsOf(layout: Layout, inputs: readonly TensorInfo[], takesOneRow: boolean): ToFeeds | Fault[] {
  const banks = banksFor(layout);
  const foreign = inputs.filter(({ name, type, shape }) => {
    const bank = banks[name as Bank];
    return bank?.type !== type || bank.width !== shape[1];
  });
  if (foreign.length > 0) return foreign.map((input) => notTheBank(input, banks));
  const fills = inputs.map(({ name }) => [name, banks[name as Bank].fill] as const);
  return (stretches) => {
    const rows = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
    const fedRows = takesOneRow ? rows : paddedRows(rows);
    return { feeds: Object.fromEntries(fills.map(([name, fill]) => [name, fill(stretches, fedRows)])), fedRows };
  };
}

function notTheBank({ name, type, shape }: TensorInfo, banks: ReturnType<typeof banksFor>): Fault {
  const bank = banks[name as Bank];
  const expected =
    bank === undefined
      ? 'a built graph, whose inputs are numbers, categories and texts'
      : `${bank.type} ${name}[N,${bank.width}], as the manifest has features`;
  const got = `${bank === undefined ? `${type} ` : ''}${name}[${shape.join()}]`;
  return { code: 'model.mismatch', path: pointerTo('model', 'inputs', name), expected, got };
}

/**
 * One row alone is doubled: a lone row of some kernels (LinearClassifier) differs in the last bits from the same row
 * in a batch, and a score must not depend on its neighbours.
 */
const paddedRows = (rows: number): number => (rows === 1 ? 2 : rows);

function banksFor(layout: Layout): Record<Bank, { type: Tensor['type']; width: number; fill: FillBank }> {
  const { numberCount, categoryCount, textCount } = layout;
  return {
    numbers: {
      type: 'float64',
      width: numberCount,
      fill: (stretches, fedRows) => {
        const data = joined(stretches, fedRows, numberCount, ({ numbers }) => numbers, Float64Array);
        return { type: 'float64', dims: [fedRows, numberCount], data };
      },
    },
    categories: {
      type: 'int32',
      width: categoryCount,
      fill: (stretches, fedRows) => {
        const data = joined(stretches, fedRows, categoryCount, ({ categories }) => categories, Int32Array);
        return { type: 'int32', dims: [fedRows, categoryCount], data };
      },
    },
    texts: {
      type: 'string',
      width: textCount,
      fill: (stretches, fedRows) => {
        const data = textsOf(layout, stretches);
        while (data.length < fedRows * textCount) data.push(data[data.length - textCount] as string);
        return { type: 'string', dims: [fedRows, textCount], data };
      },
    },
  };
}

const valuesWorthAView = 64;

function copyValues<A extends Float64Array | Int32Array>(from: A, start: number, to: A, at: number, count: number) {
  for (let i = 0; i < count; i++) to[at + i] = from[start + i] as number;
}

/** The stretches' part of a bank, one behind the other; what is fed beyond them repeats the first row. */
function joined<A extends Float64Array | Int32Array>(
  stretches: readonly Stretch[],
  fedRows: number,
  width: number,
  bankOf: (batch: RecordBatch) => A,
  Bank: new (length: number) => A,
): A {
  const part = ({ batch, from, to }: Stretch) => bankOf(batch).subarray(from * width, to * width) as A;
  const [first] = stretches as [Stretch];
  if (stretches.length === 1 && first.to - first.from === fedRows) return part(first);
  const data = new Bank(fedRows * width);
  let end = 0;
  for (const stretch of stretches) {
    const length = (stretch.to - stretch.from) * width;
    // A view of a few values costs more than copying them one by one.
    if (length > valuesWorthAView) data.set(part(stretch), end);
    else copyValues(bankOf(stretch.batch), stretch.from * width, data, end, length);
    end += length;
  }
  if (end < data.length) data.copyWithin(end, 0, width);
  return data;
}

/** A missing text is what its feature imputes, else empty. */
function textsOf({ slots, textCount }: Layout, stretches: readonly Stretch[]): string[] {
  const imputed: string[] = [];
  for (const { bank, column, feature } of slots) {
    if (bank === 'texts') imputed[column] = typeof feature.missing === 'object' ? String(feature.missing.impute) : '';
  }
  return stretches.flatMap(({ batch, from, to }) =>
    Array.from(
      { length: (to - from) * textCount },
      (_, i) => batch.texts[from * textCount + i] ?? (imputed[i % textCount] as string),
    ),
  );
}
