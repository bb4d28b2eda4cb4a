import { readDocumentId } from './ids.ts';

/** Events of one partition that were worked on together. Open where it is not known how far they go. */
export interface Span {
  /** Sequence numbers of the first and the last event. */
  readonly from: number;
  readonly to?: number;
  /** How many events these are; sequence numbers may have holes. */
  readonly events?: number;
}

/** What one process works on. It is left behind when the process dies, and is then a warning to the next one. */
export interface InFlight {
  /** The process: each start is another life. */
  readonly life: string;
  /** What it works on at the moment. */
  readonly now?: Span;
  /** Id of the record that it works on alone. */
  readonly alone?: string;
  /** What was in flight when processes died. */
  readonly died: readonly Span[];
  /** How often which record was alone when a process died, by id. */
  readonly deaths: Readonly<Record<string, number>>;
}

/** What is known of the deaths of processes over the events of one partition. */
export interface Warnings {
  readonly died: readonly Span[];
  readonly deaths: Readonly<Record<string, number>>;
}

/** Events that are worked on together, or one alone. */
export interface Portion<Event> {
  readonly events: readonly Event[];
  readonly isAlone: boolean;
}

/** A batch in which a process died is worked on in portions of so many events; of one that died as well, each goes alone. */
const portionEvents = 16;
/** What kills so often alone is not tried again. */
const deathsMax = 2;

/** All that processes left behind, as one. They copy warnings from each other, so that deaths are not added up. */
export function warningsOf(left: readonly InFlight[]): Warnings {
  const deaths: Record<string, number> = {};
  for (const { alone, deaths: known } of left) {
    const ids = new Set([...Object.keys(known), ...(alone === undefined ? [] : [alone])]);
    for (const id of ids) {
      const count = (known[id] ?? 0) + (id === alone ? 1 : 0);
      deaths[id] = Math.max(deaths[id] ?? 0, count);
    }
  }
  return { died: left.flatMap(({ died, now }) => (now === undefined ? died : [...died, now])), deaths };
}

/** Whether nobody tries this record again. */
export const isFatal = ({ deaths }: Warnings, id: string): boolean => (deaths[id] ?? 0) >= deathsMax;

/** Whether a process died with some of these events in flight. */
export const isWarned = ({ died }: Warnings, { from, to = from }: Span): boolean =>
  died.some((span) => span.from <= to && (span.to ?? Number.POSITIVE_INFINITY) >= from);

/** What is still to be known once all events up to `to` have their place. */
export function warningsAfter({ died, deaths }: Warnings, to: number): Warnings {
  const later = Object.entries(deaths).filter(([id]) => (sequenceOf(id) ?? -1) > to);
  return {
    died: died.filter((span) => span.to === undefined || span.to > to),
    deaths: Object.fromEntries(later),
  };
}

/**
 * Cuts a batch so that the next death tells more than the last one: what died together goes in smaller portions, down to
 * single events. Those that were alone when a process died come first: they are soon cleared, or known.
 */
export function portionsOf<Event extends { readonly sequence: number }>(
  events: readonly Event[],
  warnings: Warnings,
): Portion<Event>[] {
  const portions: { events: Event[]; sizeMax: number }[] = [];
  for (const event of events) {
    const sizeMax = Math.min(...warnings.died.map((span) => sizeAfter(span, event.sequence)));
    const last = portions.at(-1);
    if (last !== undefined && last.sizeMax === sizeMax && last.events.length < sizeMax) last.events.push(event);
    else portions.push({ events: [event], sizeMax });
  }
  const suspects = new Set(Object.keys(warnings.deaths).map(sequenceOf));
  const isSuspect = (portion: Portion<Event>) => portion.events.some(({ sequence }) => suspects.has(sequence));
  const cut = portions.map((portion) => ({ events: portion.events, isAlone: portion.sizeMax === 1 }));
  return [...cut.filter(isSuspect), ...cut.filter((portion) => !isSuspect(portion))];
}

/** How many may go together of what died in this span. */
function sizeAfter({ from, to = Number.POSITIVE_INFINITY, events }: Span, sequence: number): number {
  if (sequence < from || sequence > to || events === undefined) return Number.POSITIVE_INFINITY;
  return events > portionEvents ? portionEvents : 1;
}

function sequenceOf(id: string): number | undefined {
  const source = readDocumentId(id)?.source;
  return source?.kind === 'stream' ? source.sequence : undefined;
}

/** The span of a batch, which is in order and not empty. */
export function spanOf(events: readonly { readonly sequence: number }[]): Span {
  const sequences = events.map(({ sequence }) => sequence);
  return { from: Math.min(...sequences), to: Math.max(...sequences), events: events.length };
}
