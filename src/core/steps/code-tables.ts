import type { DoubleGraph, Value } from '../graph/double-graph.ts';
import { byCodePoint } from './code-point-order.ts';
import type { Column } from './columns.ts';

/** Codes of what is no category of the column. */
export const missingCode = -1;
export const unknownCode = -2;
/** Stands for a category that the column cannot have: no value has this code. */
const impossibleCode = -3;

/** What each code of a column stands for. */
export interface CodeTable {
  readonly unknown: number;
  readonly missing: number;
  /** The number for code 0, 1, ... */
  readonly known: readonly number[];
}

/**
 * Looks up the codes of several columns, each in a table of its own.
 * @param codes int32 [N, k]
 * @returns float64 [N, k]
 */
export function lookUpCodes(graph: DoubleGraph, codes: Value, tables: readonly CodeTable[]): Value {
  const joined: number[] = [];
  const starts = tables.map(({ unknown, missing, known }) => {
    const start = joined.length - unknownCode;
    joined.push(unknown, missing);
    for (const each of known) joined.push(each);
    return start;
  });
  return graph.gatherNumbers(graph.op('Add', [codes, graph.codes(starts)]), joined);
}

/** Finds the code that a column has for a category. */
export function codeFinder({ categories = [] }: Column): (category: string) => number {
  const codes = new Map(categories.map((category, code) => [category, code]));
  return (category) => codes.get(category) ?? impossibleCode;
}

/**
 * The categories that an encoder learns: the vocabulary in its order, and the category that a step added to it if that
 * occurs. In the order of code points, as a learned vocabulary has it, the added one takes its place, as it does in
 * scikit-learn.
 * @param counts how often each code occurs
 */
export function learnedCategories(
  { categories = [], hasAddedCategory = false }: Column,
  counts: readonly number[],
): string[] {
  const own = hasAddedCategory ? categories.slice(0, -1) : categories;
  if (own.length === categories.length || counts[own.length] === 0) return [...own];
  const isInOrder = own.every((category, i) => i === 0 || byCodePoint(own[i - 1]!, category) < 0);
  return isInOrder ? categories.toSorted(byCodePoint) : [...categories];
}
