import { TensorProto_DataType } from 'onnx-buf';
import { endOf } from '../batch/layout.ts';
import { describeValue, type Fault, pointerTo } from '../fault.ts';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { assemble, type Column } from '../steps/columns.ts';
import { closestTo } from '../suggest.ts';
import type { TensorInfo, TensorType } from '../tensor.ts';
import { areFaults, type Pipeline } from './pipeline.ts';

/** Element types that columns can be cast to. */
const castable: Partial<Record<TensorType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
};

/** Element types that have a value for "missing": NaN, or "". */
const holdsMissing: readonly TensorType[] = ['float32', 'float64', 'string'];

/** How a pipeline feeds the inputs of the user's model. */
export interface CompiledInputs {
  /** The value for each input of the model. */
  readonly feeds: ReadonlyMap<string, Value>;
  /** Which column reaches which position of an input, for people. */
  readonly positions: ReadonlyMap<string, readonly Column[]>;
  /** Columns that the pipeline made, which it may have made too large: booleans [N, k], true where it did. */
  readonly overflow?: { readonly value: Value; readonly columns: readonly string[] };
}

/**
 * Compiles how columns feed the inputs of a model, cast last.
 * @param inputs what the user's model says of its inputs
 */
export function compileInputs(
  pipeline: Pipeline,
  { model }: Manifest,
  inputs: readonly TensorInfo[],
): CompiledInputs | Fault[] {
  const known = inputs.map(({ name }) => name);
  const unknown = Object.keys(model.inputs).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return unknown.map((name) => {
      const hint = closestTo(name, known) ?? known.join('", "');
      return mismatch(pointerTo('model', 'inputs', name), `an input of the model ("${hint}")`, name);
    });
  }
  const feeds = new Map<string, Value>();
  const positions = new Map<string, readonly Column[]>();
  const watched: { value: Value; columns: readonly Column[]; end: number }[] = [];
  for (const input of inputs) {
    const columns = columnsFor(pipeline, model.inputs[input.name], input);
    if (areFaults(columns)) return columns as Fault[];
    const matrix = numbersOrTexts(pipeline.graph, columns as Column[], input.type);
    if (input.type !== 'string') {
      watched.push({ value: matrix, columns: columns as Column[], end: endOf(input.type) });
    }
    feeds.set(input.name, shaped(pipeline.graph, cast(pipeline.graph, matrix, input.type), input));
    positions.set(input.name, columns as Column[]);
  }
  const overflow = watchOverflow(pipeline, watched);
  return overflow === undefined ? { feeds, positions } : { feeds, positions, overflow };
}

const mismatch = (path: string, expected: string, got: unknown): Fault => ({
  code: 'model.mismatch',
  path,
  expected,
  got: typeof got === 'string' ? got : describeValue(got),
});

/** The columns of one input, after checking that they fit it. */
function columnsFor(pipeline: Pipeline, names: readonly string[] | undefined, input: TensorInfo): Column[] | Fault[] {
  const { name, type, shape } = input;
  const path = pointerTo('model', 'inputs', name);
  if (names === undefined) return [mismatch(path, `the features that feed the model's input "${name}"`, 'nothing')];
  if (shape.length > 2) return [mismatch(path, 'an input of one or two dimensions (rows, features)', shape)];
  const groups = pipeline.findAll(names, path);
  if (areFaults(groups)) return groups as Fault[];
  const columns = groups.flatMap((group) => group.columns);
  const width = shape.length === 1 ? 1 : shape[1];
  if (typeof width === 'number' && width > 0 && width !== columns.length) {
    const got = `${columns.length} (${columns.map((column) => column.name).join(', ')})`;
    return [mismatch(path, `${width} columns, as the model's input "${name}" has`, got)];
  }
  if (type !== 'string' && castable[type] === undefined) {
    return [mismatch(path, `an input of ${Object.keys(castable).join(', ')} or string`, type)];
  }
  const faults = groups.flatMap((group, i) => {
    const column = group.columns.find((each) => !fits(each, type));
    return column === undefined ? [] : [misfit(column, type, `${path}/${i}`)];
  });
  return faults.length > 0 ? faults : columns;
}

function fits({ kind, mayBeMissing }: Column, type: TensorType): boolean {
  if (kind === 'text' && type !== 'string') return false;
  if (kind === 'number' && type === 'string') return false;
  return !mayBeMissing || holdsMissing.includes(type);
}

function misfit({ name, kind, mayBeMissing }: Column, type: TensorType, path: string): Fault {
  const why =
    kind === 'text' || type === 'string' ? `a column that fits ${type}` : `no missing values, as ${type} has no NaN`;
  return mismatch(path, why, `${describeValue(name)}, a ${kind}${mayBeMissing ? ' that may be missing' : ''}`);
}

/** Codes become numbers, or the texts that they stand for. Numbers and categories may be mixed. */
function numbersOrTexts(graph: DoubleGraph, columns: readonly Column[], type: TensorType): Value {
  const parts = runsOfOneKind(columns).map((run) => {
    const value = assemble(graph, run);
    if (run[0]?.kind !== 'category') return value;
    if (type !== 'string') return graph.numberOfCode(value);
    return graph.concat(run.map((column) => graph.gatherTexts(assemble(graph, [column]), column.categories ?? [])));
  });
  return graph.concat(parts);
}

function runsOfOneKind(columns: readonly Column[]): Column[][] {
  const runs: Column[][] = [];
  for (const column of columns) {
    const last = runs.at(-1);
    if (last?.[0]?.kind === column.kind) last.push(column);
    else runs.push([column]);
  }
  return runs;
}

function cast(graph: DoubleGraph, value: Value, type: TensorType): Value {
  const to = castable[type];
  return to === undefined || to === TensorProto_DataType.DOUBLE ? value : graph.cast(value, to);
}

/** Models declare [N] or [N, width]. */
const shaped = (graph: DoubleGraph, value: Value, { shape }: TensorInfo): Value =>
  shape.length === 1 ? graph.toList(value) : value;

/** Features as they came were checked when they were decoded; what the pipeline made of them is checked in the graph. */
function watchOverflow(
  pipeline: Pipeline,
  inputs: readonly { value: Value; columns: readonly Column[]; end: number }[],
): CompiledInputs['overflow'] {
  const made = new Set(pipeline.stages.flatMap(({ makes }) => makes));
  const parts = inputs.flatMap(({ value, columns, end }) => {
    const indexes = columns.flatMap(({ name, kind }, i) => (kind === 'number' && made.has(name) ? [i] : []));
    return indexes.length === 0 ? [] : [{ value, end, columns, indexes }];
  });
  if (parts.length === 0) return undefined;
  const { graph } = pipeline;
  const values = parts.map(({ value, columns, indexes }) =>
    indexes.length === columns.length ? value : graph.columns(value, indexes),
  );
  const watched = parts.flatMap(({ columns, indexes }) => indexes.map((i) => columns[i] as Column));
  const ends = parts.flatMap(({ end, indexes }) => indexes.map(() => end));
  const matrix = graph.concat(values);
  // NaN is fine where something was missing, and the mark of an overflow elsewhere.
  const stand = watched.map(({ mayBeMissing }) => (mayBeMissing ? 0 : Number.POSITIVE_INFINITY));
  const judged = graph.where(graph.isNaN(matrix), graph.row(stand), matrix);
  return {
    value: graph.not(graph.less(graph.abs(judged), graph.row(ends))),
    columns: watched.map(({ name }) => name),
  };
}
