import type * as z from 'zod';
import type { Fault } from '../fault.ts';
import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import type { Column, ColumnKind, Group } from './columns.ts';

/**
 * One kind of preprocessing step: how it is written in a manifest, how it is fitted, and which operators it becomes.
 * Fitted and applied as scikit-learn does it; `test/vectors` holds every kind to that.
 * @typeParam Spec the step as the manifest has it
 * @typeParam Values what fit learns, as `fitted.json` has it
 */
export interface StepKind<Spec, Values> {
  readonly schema: z.ZodType<Spec>;
  /** Shape of the learned values; undefined for a kind that never learns. */
  readonly values: z.ZodType<Values> | undefined;
  /** Kinds of columns that it works on. */
  takes(spec: Spec): readonly ColumnKind[];
  /** What is wrong with the step that its schema cannot say; paths are relative to the step. */
  check?(spec: Spec): Fault[];
  /** What is wrong with the step on these columns, before it is emitted; paths are relative to the step. */
  checkColumns?(spec: Spec, values: Values | undefined, columns: readonly Column[]): Fault[];
  /** Learns from data; undefined when this spec needs no learning. */
  learner?(spec: Spec, columns: readonly Column[]): Learner<Values> | undefined;
  /**
   * Adds the step's operators.
   * @param values what was learned, with one entry for each column; undefined when nothing is
   * @returns what names stand for afterwards
   */
  emit(graph: DoubleGraph, spec: Spec, values: Values | undefined, groups: readonly Group[]): Emitted;
}

export interface Emitted {
  /** Groups that take the place of those of the same name, or are new. */
  readonly groups: readonly Group[];
  /** A step that judges rows: booleans [N, k], one column for each column judged. */
  readonly outliers?: {
    readonly value: Value;
    readonly columns: readonly string[];
    readonly action: 'reject' | 'flag';
  };
}

/** Some rows of the columns that a step works on. */
export interface Sample {
  readonly rows: number;
  /** Row-major [rows, columns]: numbers with NaN for missing, or codes with -1 for missing. */
  readonly values: Float64Array | Int32Array;
  /** The target of each row, for steps that look at it: a number, or the position of a class. */
  readonly target?: Float64Array;
}

/** Learns from rows as they stream by, in as many passes as it takes, within bounded memory. */
export interface Learner<Values> {
  add(sample: Sample): void;
  /**
   * Ends a pass over all rows.
   * @returns the values, `again` when another pass is needed, or why nothing can be learned
   */
  endPass(): Values | 'again' | Fault;
}
