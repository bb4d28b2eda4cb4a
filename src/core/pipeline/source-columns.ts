import { TensorProto_DataType, type ValueInfoProto } from 'onnx-buf';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { valueInfo } from '../graph/nodes.ts';
import { type Bank, bankOf, banksOf } from '../manifest/banks.ts';
import type { Feature } from '../manifest/features.ts';
import type { Column, ColumnKind } from '../steps/columns.ts';

const kindOf: Readonly<Record<Bank, ColumnKind>> = { numbers: 'number', categories: 'category', texts: 'text' };

/**
 * The columns that a graph begins with: each feature in its bank, with what its own policy for missing values puts in
 * place. A text that is missing was replaced when it was decoded.
 */
export function sourceColumns(graph: DoubleGraph, features: readonly Feature[]): Column[] {
  const banks = banksOf(features);
  const values: Readonly<Record<Bank, Value>> = {
    numbers: imputedNumbers(graph, banks.numbers),
    categories: imputedCategories(graph, banks.categories),
    texts: 'texts',
  };
  return features.map((feature) => {
    const bank = bankOf[feature.type];
    const column: Column = {
      name: feature.name,
      kind: kindOf[bank],
      value: values[bank],
      index: banks[bank].indexOf(feature),
      width: banks[bank].length,
      mayBeMissing: feature.missing === 'keep' || (feature.type === 'category' && feature.unknown === 'keep'),
    };
    return feature.type === 'category' ? { ...column, categories: feature.categories ?? [] } : column;
  });
}

const imputes = ({ missing }: Feature): boolean => typeof missing === 'object';

function imputedNumbers(graph: DoubleGraph, features: readonly Feature[]): Value {
  if (!features.some(imputes)) return 'numbers';
  const fills = features.map(({ missing }) => (typeof missing === 'object' ? Number(missing.impute) : Number.NaN));
  return graph.where(graph.isNaN('numbers'), graph.row(fills), 'numbers');
}

/** Code of a missing category. */
const missing = -1;

function imputedCategories(graph: DoubleGraph, features: readonly Feature[]): Value {
  if (!features.some(imputes)) return 'categories';
  const fills = features.map((feature) =>
    feature.type === 'category' && typeof feature.missing === 'object'
      ? (feature.categories ?? []).indexOf(String(feature.missing.impute))
      : missing,
  );
  return graph.where(graph.equalCodes('categories', graph.codes([missing])), graph.codes(fills), 'categories');
}

const typeOf: Readonly<Record<Bank, TensorProto_DataType>> = {
  numbers: TensorProto_DataType.DOUBLE,
  categories: TensorProto_DataType.INT32,
  texts: TensorProto_DataType.STRING,
};

/**
 * The banks that a graph reads, as its inputs: what is not asked for need not be fed.
 * @param results values that leave the graph
 */
export function bankInputs(
  features: readonly Feature[],
  graph: DoubleGraph,
  results: Iterable<Value>,
): ValueInfoProto[] {
  const read = new Set([...graph.nodes.flatMap(({ input }) => input), ...results]);
  return Object.entries(banksOf(features))
    .filter(([bank]) => read.has(bank))
    .map(([bank, columns]) => valueInfo(bank, typeOf[bank as Bank], ['N', columns.length]));
}
