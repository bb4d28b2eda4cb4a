import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { asNumber, asTruth, type Term, type Truth } from './truth.ts';

/** One operator or function of the language. */
export interface Operation {
  /** Fewest and most operands. */
  readonly arity: readonly [number, number];
  /** The result for numbers; truths are 1 and 0. Parts without a column are computed so when they are read. */
  evaluate(...operands: readonly number[]): number;
  /** Adds the operators. @param constants the number that an operand is, for each that is none of a column */
  emit(graph: DoubleGraph, operands: readonly Term[], constants: readonly (number | undefined)[]): Term;
}

export type Evaluate = (...operands: readonly number[]) => number;
export type Emit<Operand, Result = Operand> = (graph: DoubleGraph, ...operands: readonly Operand[]) => Result;

/** Numbers to a number. */
export const arithmetic = (arity: number, evaluate: Evaluate, emit: Emit<Value>): Operation => ({
  arity: [arity, arity],
  evaluate,
  emit: (graph, operands) => emit(graph, ...operands.map((operand) => asNumber(graph, operand))),
});

/** Two numbers to an answer. @param yes,no neither may hold for NaN */
export const comparison = (evaluate: Evaluate, yes: Emit<Value>, no: Emit<Value>): Operation => ({
  arity: [2, 2],
  evaluate,
  emit(graph, operands): Truth {
    const numbers = operands.map((operand) => asNumber(graph, operand));
    return { yes: yes(graph, ...numbers), no: no(graph, ...numbers) };
  },
});

/** Answers to an answer. */
export const logic = (arity: number, evaluate: Evaluate, emit: Emit<Truth>): Operation => ({
  arity: [arity, arity],
  evaluate,
  emit: (graph, operands) => emit(graph, ...operands.map((operand) => asTruth(graph, operand))),
});
