import { type Position, printPositions } from './positions.ts';

/** Where a record can be found. */
export type PlaceKind = 'document' | 'deadLetter' | 'parked';

/** One record in one place. A place without an index holds all of its event. */
export interface Place extends Position {
  readonly kind: PlaceKind;
}

/** What is wrong with one event, as positions: nothing, if all is well. */
export interface EventVerdict {
  readonly gaps: readonly string[];
  /** With the places behind each: `1103 (document, parked)`. */
  readonly doubles: readonly string[];
}

/**
 * Judges one event that has places, or holds a list.
 * @param records how many it holds, where that is known; undefined: as many as its places show
 * @param isSkipped whether the record with this index was passed over on purpose
 */
export function verdictOn(
  sequence: number,
  places: readonly Place[],
  records: number | undefined,
  isSkipped: (index: number) => boolean,
): EventVerdict {
  const whole = places.filter(({ index }) => index === undefined);
  const items = places.filter(({ index }) => index !== undefined);
  if (whole.length > 0) {
    return { gaps: [], doubles: places.length > 1 ? [doubleOf(String(sequence), places)] : [] };
  }
  const byIndex = Map.groupBy(items, ({ index }) => index as number);
  const count = records ?? Math.max(...byIndex.keys()) + 1;
  const missing = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !byIndex.has(index) && !isSkipped(index),
  );
  return {
    gaps: missing.length === count ? [String(sequence)] : itemNames(sequence, missing),
    doubles: [...byIndex]
      .filter(([, found]) => found.length > 1)
      .map(([index, found]) => doubleOf(`${sequence}.${index}`, found)),
  };
}

const doubleOf = (position: string, places: readonly Place[]): string =>
  `${position} (${places.map(({ kind }) => kind).join(', ')})`;

const itemNames = (sequence: number, indexes: readonly number[]): string[] =>
  indexes.length === 0 ? [] : printPositions(indexes.map((index) => ({ sequence, index }))).split(',');
