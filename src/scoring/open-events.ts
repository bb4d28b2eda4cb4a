import { RecordBatch } from '../core/batch/record-batch.ts';
import type { EventItem } from '../core/events/event-content.ts';
import { deviceOf } from '../core/events/incoming-event.ts';
import { type Fault, unforeseenFault } from '../core/fault.ts';
import { partitionKeyOf } from '../core/source.ts';
import { type Assigned, noOutcomes, recordsOf, type SideOutcomes } from './assign-models.ts';
import type { Alone } from './crashes/passage.ts';
import type { Deadline } from './deadline.ts';
import type { LoadedModel } from './loaded-model.ts';
import { deadLetterOf, type Origin, recordIdOf } from './off-road.ts';
import { documentOf } from './score-batch.ts';
import { scoreRows } from './score-rows.ts';
import type { Pending } from './settle.ts';

/** The events of one model, taken apart. */
interface Opened {
  readonly batch: RecordBatch;
  /** For each row of the batch. */
  readonly origins: readonly Origin[];
}

/** Scored records, and what became of the others. */
export interface ScoredEvents extends SideOutcomes {
  readonly pending: Pending<Origin>[];
}

/** How a batch is scored. */
export interface EventScoringOptions {
  /** When the models must be done. */
  readonly deadline: Deadline | undefined;
  /** Given for an event that goes alone. */
  readonly alone: Alone | undefined;
}

/**
 * Scores what one model has to score.
 * @throws {ScoringError} when it is no record's fault: `model.run_failed`, `model.too_slow`
 */
export async function scoreAssigned(
  model: LoadedModel,
  assigned: readonly Assigned[],
  { deadline, alone }: EventScoringOptions,
): Promise<ScoredEvents> {
  const outcomes = noOutcomes();
  const { concealed } = model.layout;
  const known = concealed === undefined ? assigned : assigned.map((each) => ({ ...each, concealed }));
  const { batch, origins } = openEvents(model, known, outcomes);
  const mayRun = alone && ((row: number) => alone.mayRun(recordIdOf(origins[row] as Origin)));
  const { scores, faults } = await scoreRows(model, batch, { deadline, mayRun });
  const pending: Pending<Origin>[] = [];
  origins.forEach((origin, row) => {
    const score = scores[row];
    const fault = faults.get(row);
    if (score === undefined && fault !== undefined) outcomes.letters.push(deadLetterOf(origin, fault));
    if (score === undefined) return;
    const key = batch.keys[row] ?? origin.device ?? deviceOf(origin.event);
    const partition = partitionKeyOf(origin.source, key);
    pending.push({ document: documentOf(model, batch, row, score, origin.source, partition, key), origin });
  });
  return { ...outcomes, pending };
}

/** Takes events apart into rows. An event that cannot be read is one dead letter, a record that does not fit one too. */
function openEvents(model: LoadedModel, assigned: readonly Assigned[], outcomes: SideOutcomes): Opened {
  const batch = new RecordBatch(model.layout, assigned.length);
  const origins: Origin[] = [];
  for (const each of assigned) {
    if (isPlain(each) && appendsPlainly(model, batch, each.event.body)) origins.push(each);
    else openSlowly(model, each, { batch, origins }, outcomes);
  }
  return { batch, origins };
}

/** Whether nobody has read the event yet and all of it is meant. */
const isPlain = ({ item, event }: Assigned): boolean => item === undefined && event.index === undefined;

/** The short way of one good record. What goes wrong on it is judged on the long one. */
function appendsPlainly(model: LoadedModel, batch: RecordBatch, body: Uint8Array): boolean {
  try {
    return model.jsonBytes.appendRecord(batch, body);
  } catch {
    return false;
  }
}

/** An event that is not simply one good record, or a record that was read before. */
function openSlowly(
  model: LoadedModel,
  assigned: Assigned,
  { batch, origins }: { batch: RecordBatch; origins: Origin[] },
  outcomes: SideOutcomes,
): void {
  const { item: known } = assigned;
  const records = known === undefined ? recordsOf(assigned, outcomes) : [{ ...assigned, item: known }];
  for (const { item, ...origin } of records) {
    const fault = append(model, batch, item);
    if (fault === undefined) origins.push(origin);
    else outcomes.letters.push(deadLetterOf(origin, fault));
  }
}

/** @returns why the record does not fit; nobody else is to suffer for one that is beyond what was foreseen */
function append(model: LoadedModel, batch: RecordBatch, item: EventItem): Fault | undefined {
  if ('fault' in item) return item.fault;
  try {
    return model.appendJsonRow(batch, item.record)?.[0];
  } catch (error) {
    return unforeseenFault(error);
  }
}
