import { type Interval, intervalsOf } from './intervals.ts';

/** Where a record stood in its partition. */
export interface Position {
  readonly sequence: number;
  /** Place in the body, where an event carries several records. */
  readonly index?: number | undefined;
}

/** Positions as they are read: whole events, and records inside of events by their name. */
export interface Positions {
  readonly events: readonly Interval[];
  /** `sequence.index` */
  readonly items: ReadonlySet<string>;
}

export const nameOf = ({ sequence, index }: Position): string =>
  index === undefined ? String(sequence) : `${sequence}.${index}`;

export const printInterval = ([from, to]: Interval): string => (from === to ? `${from}` : `${from}-${to}`);

/** Positions as a short text: events as intervals, then records inside of events: `1103-1110,1200,1115.2`. */
export function printPositions(positions: Iterable<Position>): string {
  const events: number[] = [];
  const items: Position[] = [];
  for (const position of positions) {
    if (position.index === undefined) events.push(position.sequence);
    else items.push(position);
  }
  items.sort((a, b) => a.sequence - b.sequence || (a.index ?? 0) - (b.index ?? 0));
  return [...intervalsOf(events).map(printInterval), ...new Set(items.map(nameOf))].join(',');
}

const part = /^(?:(?<from>\d{1,16})(?:-(?<to>\d{1,16}))?|(?<item>\d{1,16}\.\d{1,7}))$/;

/** Reads such a text; undefined when it is none. */
export function readPositions(text: string): Positions | undefined {
  const events: Interval[] = [];
  const items = new Set<string>();
  for (const each of text === '' ? [] : text.split(',')) {
    const found = part.exec(each)?.groups;
    if (found === undefined) return undefined;
    const { from, to = from, item } = found;
    if (item !== undefined) items.add(item);
    else if (Number(to) < Number(from)) return undefined;
    else events.push([Number(from), Number(to)]);
  }
  return { events, items };
}
