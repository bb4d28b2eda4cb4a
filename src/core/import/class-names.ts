import type { ModelFacts } from '../graph/inspect.ts';
import { readCodes, readList } from './name-columns.ts';

const keys = ['classes', 'class_names', 'labels'] as const;

/**
 * The names of a model's classes: those in its metadata, which people wrote for people, where they are as many as its
 * operators say, else those of the operators.
 */
export function classNamesOf({ classes, metadata }: ModelFacts): readonly string[] | undefined {
  const own = [...classes.values()].find(areNames);
  for (const key of keys) {
    const list = metadata[key] === undefined ? [] : readList(metadata[key]);
    const names = readCodes(list) ?? list;
    if (areNames(names) && (own === undefined || areCodes(own, names.length))) {
      return names;
    }
  }
  return own;
}

const areNames = (names: readonly string[]) =>
  names.length > 1 && names.every((name) => name !== '') && new Set(names).size === names.length;

/** Whether an operator knows classes only by their positions. */
const areCodes = (own: readonly string[], count: number) =>
  own.length === count && own.every((name, i) => name === String(i));
