import { RecordBatch } from '../core/batch/record-batch.ts';
import { deviceOf } from '../core/events/incoming-event.ts';
import { partitionKeyOf } from '../core/source.ts';
import { type Assigned, noOutcomes, recordsOf, type SideOutcomes } from './assign-models.ts';
import type { LoadedModel } from './loaded-model.ts';
import { deadLetterOf, type Origin } from './off-road.ts';
import { documentOf, scoreBatch } from './score-batch.ts';
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

/**
 * Scores what one model has to score.
 * @throws {ScoringError} `model.run_failed`
 */
export async function scoreAssigned(model: LoadedModel, assigned: readonly Assigned[]): Promise<ScoredEvents> {
  const outcomes = noOutcomes();
  const { batch, origins } = openEvents(model, assigned, outcomes);
  const { scores, faults } = await scoreBatch(model, batch);
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
    if (each.item === undefined && model.jsonBytes.appendRecord(batch, each.event.body)) origins.push(each);
    else openSlowly(model, each, { batch, origins }, outcomes);
  }
  return { batch, origins };
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
    const [fault] = 'fault' in item ? [item.fault] : (model.appendJsonRow(batch, item.record) ?? []);
    if (fault === undefined) origins.push(origin);
    else outcomes.letters.push(deadLetterOf(origin, fault));
  }
}
