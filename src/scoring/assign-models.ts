import { type EventContent, type EventItem, readEvent } from '../core/events/event-content.ts';
import {
  type IncomingEvent,
  isTelemetry,
  messageSourceOf,
  sourceOf,
  telemetry,
} from '../core/events/incoming-event.ts';
import { messageIdIn } from '../core/events/message-id.ts';
import { type ModelRule, modelOfEvent, modelOfRecord } from '../core/events/named-model.ts';
import { type Fault, unforeseenFault } from '../core/fault.ts';
import type { ListEvent, Skip } from '../core/ledger/ledger-entry.ts';
import { deadLetterOf, type Origin } from './off-road.ts';
import type { DeadLetter } from './ports.ts';

/** What is to be scored by one model: an event that nobody has read yet, or a record of one. */
export interface Assigned extends Origin {
  readonly item?: EventItem;
}

/** What became of events that are not scored, beside the documents of the others. */
export interface SideOutcomes {
  readonly letters: DeadLetter[];
  readonly skips: Skip[];
  readonly lists: ListEvent[];
}

export const noOutcomes = (): SideOutcomes => ({ letters: [], skips: [], lists: [] });

/** What of a route decides how its events are read. */
export interface EventRule extends ModelRule {
  readonly resends?: { readonly field?: string | undefined } | undefined;
}

/**
 * Sorts events by the model that scores them. What is no telemetry, or asks for a model that it may not have, ends here.
 * Events are read only where their records may say something about themselves.
 */
export function assignModels(
  rule: EventRule,
  events: readonly IncomingEvent[],
  outcomes: SideOutcomes,
): ReadonlyMap<string, readonly Assigned[]> {
  const byModel = new Map<string, Assigned[]>();
  const assign = (model: string, assigned: Assigned) => {
    const others = byModel.get(model);
    if (others === undefined) byModel.set(model, [assigned]);
    else others.push(assigned);
  };
  for (const event of events) {
    if (!isTelemetry(event)) {
      outcomes.skips.push({ sequence: event.sequence, reason: messageSourceOf(event) });
      continue;
    }
    const origin = { event, source: sourceOf(event) };
    const named = rule.models.length === 0 ? rule.model : modelOfEvent(rule, event);
    if (typeof named === 'object') outcomes.letters.push(deadLetterOf(origin, named));
    else if (rule.resends?.field !== undefined || (named === undefined && rule.modelField !== undefined))
      assignRecords(rule, named, origin, outcomes, assign);
    else assign(named ?? rule.model, origin);
  }
  return byModel;
}

/** Each record of an event may ask for a model of its own, where the event asks for none, and have an id of its own. */
function assignRecords(
  rule: EventRule,
  asked: string | undefined,
  origin: Origin,
  outcomes: SideOutcomes,
  assign: (model: string, assigned: Assigned) => void,
): void {
  for (const assigned of recordsOf(origin, outcomes)) {
    const { item } = assigned;
    const named = asked ?? ('record' in item ? modelOfRecord(rule, item.record) : rule.model);
    const field = rule.resends?.field;
    const messageId = field === undefined || !('record' in item) ? undefined : messageIdIn(item.record, field);
    if (typeof named !== 'string') outcomes.letters.push(deadLetterOf(assigned, named));
    else assign(named, messageId === undefined ? assigned : { ...assigned, messageId });
  }
}

/** Reads an event: its records, each with its own place. None when it cannot be read or is no telemetry. */
export function recordsOf(
  { event, source, concealed }: Origin,
  { letters, skips, lists }: SideOutcomes,
): readonly (Origin & { readonly item: EventItem })[] {
  const content = readWhatever(event);
  const known = concealed === undefined ? { event } : { event, concealed };
  if ('fault' in content) {
    letters.push(deadLetterOf({ ...known, source }, content.fault));
    return [];
  }
  const { items, isList, device, messageSource } = content;
  if (messageSource !== undefined && messageSource !== telemetry) {
    skips.push({ sequence: event.sequence, reason: messageSource });
    return [];
  }
  if (isList && event.index === undefined) lists.push({ sequence: event.sequence, records: items.length });
  const records = items.map((item, index) => ({
    ...known,
    source: isList ? sourceOf(event, index) : source,
    ...(device !== undefined && { device }),
    item,
  }));
  if (event.index === undefined) return records;
  const meant = records[event.index];
  if (meant !== undefined && isList) return [meant];
  letters.push(deadLetterOf({ ...known, source: sourceOf(event, event.index) }, noSuchRecord(items.length)));
  return [];
}

/** Reads an event, however it is made. */
function readWhatever(event: IncomingEvent): EventContent {
  try {
    return readEvent(event);
  } catch (error) {
    return { fault: unforeseenFault(error) };
  }
}

/** A record came again with its event, and is not in it. */
const noSuchRecord = (records: number): Fault => ({
  code: 'record.empty',
  path: '',
  expected: 'a list that holds this record',
  got: `${records} records`,
});
