import type { GraphProto, NodeProto } from 'onnx-buf';
import { attributeOf, integersOf, textsOf } from '../graph/attributes.ts';
import { type Origin, traceColumns } from './trace-columns.ts';

/** What the operators behind a column of an input tell of its values. */
export interface ColumnHints {
  /** Texts or integers that an encoder knows. */
  readonly vocabulary?: readonly string[];
  /** Where values lie that make a difference, from a scaler or the splits of trees. */
  readonly range?: readonly [low: number, high: number];
  /** Whether the model has an answer for NaN. */
  readonly keepsMissing: boolean;
}

const ignorance: ColumnHints = { keepsMissing: false };

/** The hints for each column of each input whose columns can be followed. */
export function inputHints(
  graph: GraphProto,
  widths: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly ColumnHints[]> {
  const hints = new Map([...widths].map(([input, width]) => [input, Array<ColumnHints>(width).fill(ignorance)]));
  const tell = ({ input, column }: Origin, hint: Partial<ColumnHints>) => {
    const known = hints.get(input);
    if (known !== undefined) known[column] = merged(known[column] ?? ignorance, hint);
  };
  traceColumns(graph, widths, (node, origins) => {
    const read = readers[node.opType];
    if (read !== undefined) {
      read(node).forEach((hint, i) => {
        const origin = origins[i];
        if (origin !== undefined) tell(origin, hint);
      });
    }
    if (node.opType === 'IsNaN') for (const origin of origins) tell(origin, { keepsMissing: true });
  });
  return hints;
}

const merged = (known: ColumnHints, hint: Partial<ColumnHints>): ColumnHints => ({
  ...hint,
  ...known,
  keepsMissing: known.keepsMissing || hint.keepsMissing === true,
});

/** For an operator the hint of each of its columns. */
const readers: Readonly<Record<string, (node: NodeProto) => readonly Partial<ColumnHints>[]>> = {
  OneHotEncoder: encoderHints,
  LabelEncoder: encoderHints,
  CategoryMapper: encoderHints,
  Imputer: (node) => {
    const replaced = attributeOf(node, 'replaced_value_float')?.f;
    return floatsOf(node, 'imputed_value_floats').map((value) => ({
      keepsMissing: replaced === undefined || Number.isNaN(replaced),
      range: around(value, value),
    }));
  },
  Scaler: (node) => {
    const scale = floatsOf(node, 'scale');
    return floatsOf(node, 'offset').map((center, i) => {
      const spread = 2 / Math.abs(scale[i] || 1);
      return { range: [center - spread, center + spread] };
    });
  },
  TreeEnsembleClassifier: treeHints,
  TreeEnsembleRegressor: treeHints,
};

function encoderHints(node: NodeProto): Partial<ColumnHints>[] {
  const strings = ['cats_strings', 'keys_strings'].flatMap((name) => textsOf(node, name));
  const integers = ['cats_int64s', 'keys_int64s'].flatMap((name) => integersOf(node, name));
  const words = [...strings, ...integers.map(String)];
  // The empty text is no category: it says that something is missing, and the encoder knows that.
  const vocabulary = [...new Set(words)].filter((word) => word !== '');
  return vocabulary.length === 0 ? [] : [{ vocabulary, keepsMissing: words.includes('') }];
}

/** Values on both sides of every split of a column make a difference. */
function treeHints(node: NodeProto): Partial<ColumnHints>[] {
  const modes = textsOf(node, 'nodes_modes');
  const columns = integersOf(node, 'nodes_featureids');
  const values = floatsOf(node, 'nodes_values');
  const tracks = integersOf(node, 'nodes_missing_value_tracks_true');
  const keepsMissing = tracks.some((track) => track !== 0n);
  const splits = new Map<number, [number, number]>();
  modes.forEach((mode, i) => {
    const value = values[i];
    if (value === undefined || mode === 'LEAF') return;
    const column = Number(columns[i]);
    const [low, high] = splits.get(column) ?? [value, value];
    splits.set(column, [Math.min(low, value), Math.max(high, value)]);
  });
  const width = [...splits.keys()].reduce((most, column) => Math.max(most, column + 1), 0);
  return Array.from({ length: Math.min(width, columnsMax) }, (_, column) => {
    const split = splits.get(column);
    return { keepsMissing, ...(split !== undefined && { range: around(...split) }) };
  });
}

/** Columns beyond these are not looked at: the number comes out of a file. */
const columnsMax = 65_536;

/** A range around two values, wide enough to hold something on both sides of them. */
function around(low: number, high: number): [number, number] {
  const margin = (high - low) / 10 || Math.abs(low) / 2 || 1;
  return [low - margin, high + margin];
}

const floatsOf = (node: NodeProto, name: string): readonly number[] => attributeOf(node, name)?.floats ?? [];
