import type { GraphProto } from 'onnx-buf';
import type { Feature } from '../manifest/features.ts';
import type { TensorInfo } from '../tensor.ts';
import { type FeatureGuess, guessFeature } from './guess-feature.ts';
import { type ColumnHints, inputHints } from './input-hints.ts';
import { inputWidths } from './input-widths.ts';
import { type InputColumn, type NameEvidence, nameColumns, toldCount } from './name-columns.ts';

/** How records could become the inputs of a model. */
export interface RowPlan {
  /** In the order of the inputs and of their columns. */
  readonly columns: readonly (InputColumn & { readonly feature: Feature })[];
  readonly features: readonly FeatureGuess[];
  readonly hints: ReadonlyMap<string, readonly ColumnHints[]>;
}

/**
 * Guesses which features feed the inputs of a model.
 * @returns undefined when the inputs take no rows of columns: images, sequences of tokens
 */
export function planRows(
  graph: GraphProto,
  inputs: readonly TensorInfo[],
  evidence: NameEvidence,
): RowPlan | undefined {
  const widths = inputWidths(graph, inputs, toldCount(evidence));
  if (widths === undefined) return undefined;
  const hints = inputHints(graph, widths);
  const positions = new Map<string, number>();
  const guessed = nameColumns(inputs, widths, evidence).map((column) => {
    const position = positions.get(column.input) ?? 0;
    positions.set(column.input, position + 1);
    const guess = guessFeature(column, hints.get(column.input)?.[position]);
    return { column: { ...column, feature: guess.feature }, guess };
  });
  return { columns: guessed.map(({ column }) => column), features: guessed.map(({ guess }) => guess), hints };
}
