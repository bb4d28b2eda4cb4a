import { isUtf8 } from 'node:buffer';
import { readJsonRows } from '../core/batch/json-rows.ts';
import { codes } from '../core/codes.ts';
import { deviceOf, type IncomingEvent, readEvent, sourceOf } from '../core/events/incoming-event.ts';
import { type Fault, pointerTo, ScoringError, toScoringError } from '../core/fault.ts';
import { documentId } from '../core/ids.ts';
import { countBy, type Receipt } from '../core/receipt.ts';
import type { StreamRoute } from '../core/routes/routes.ts';
import { partitionKeyOf, type StreamSource } from '../core/source.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { DeadLetter, Log, ParkedRecord, SideTrack, Sink } from './ports.ts';
import { documentOf, scoreBatch } from './score-batch.ts';
import { type Attempt, type Pending, type Settlement, settle } from './settle.ts';

export interface EventScoring {
  readonly registry: ModelRegistry;
  readonly sinks: Readonly<Record<StreamRoute['sink'], Sink>>;
  readonly sideTrack: SideTrack;
}

/** A record on its way: where it came from, and the event that carried it. */
interface Origin {
  readonly event: IncomingEvent;
  readonly source: StreamSource;
}

/**
 * Scores a batch of events and brings each record to its place: a document, a dead letter, or, on the last attempt, a
 * parked record.
 * @returns what became of the records
 * @throws {ScoringError} when the whole batch is to come again
 */
export async function scoreEvents(
  scoring: EventScoring,
  events: readonly IncomingEvent[],
  attempt: Attempt,
  log: Log,
): Promise<Receipt> {
  const [first] = events;
  if (first === undefined) return receiptOf(0, [], { scored: 0, parked: 0, rejected: [] });
  const { origins, records, skipped, letters } = openEvents(events);
  const settlement = await score(scoring, first.hub, origins, records).then(
    ({ sink, pending, letters: wrong }) =>
      settle(pending, [...letters, ...wrong], { sink, sideTrack: scoring.sideTrack }, attempt),
    (error) => parkAll(scoring.sideTrack, origins, letters, toScoringError(error), attempt),
  );
  const receipt = receiptOf(origins.length + letters.length + skipped.length, skipped, settlement);
  log.information('receipt', { ...positionOf(events), ...receipt });
  return receipt;
}

const positionOf = (events: readonly IncomingEvent[]) => {
  const [first, last] = [events[0] as IncomingEvent, events.at(-1) as IncomingEvent];
  return { hub: first.hub, partition: first.partition, from: first.sequence, to: last.sequence };
};

/** Takes the events apart into records. An event that cannot be read is one dead letter. */
function openEvents(events: readonly IncomingEvent[]) {
  const origins: Origin[] = [];
  const records: unknown[] = [];
  const skipped: string[] = [];
  const letters: DeadLetter[] = [];
  for (const event of events) {
    const source = sourceOf(event);
    const content = readEvent(event);
    if (content.kind === 'skip') skipped.push(content.reason);
    else if (content.kind === 'fault') letters.push(deadLetter({ event, source }, content.fault));
    else if (content.kind === 'record') {
      origins.push({ event, source });
      records.push(content.record);
    } else {
      content.records.forEach((record, index) => {
        origins.push({ event, source: { ...source, index } });
        records.push(record);
      });
    }
  }
  return { origins, records, skipped, letters };
}

async function score(
  scoring: EventScoring,
  hub: string,
  origins: readonly Origin[],
  records: readonly unknown[],
): Promise<{ sink: Sink; pending: readonly Pending[]; letters: readonly DeadLetter[] }> {
  const { route, model } = await scoring.registry.forStream(hub);
  const { batch, faults } = readJsonRows(model.layout, model.appendJsonRow, records);
  const { scores, faults: outputFaults } = await scoreBatch(model, batch);
  const pending: Pending[] = [];
  const letters: DeadLetter[] = [];
  let row = 0;
  origins.forEach((origin, i) => {
    const [inputFault] = faults.get(i) ?? [];
    const fault = inputFault ?? outputFaults.get(row);
    if (fault === undefined) {
      const key = batch.keys[row] ?? deviceOf(origin.event);
      const partition = partitionKeyOf(origin.source, key);
      const document = documentOf(model, batch, row, scores[row]!, { source: origin.source, partition, key });
      pending.push(pendingOf(document, origin));
    } else {
      letters.push(deadLetter(origin, fault));
    }
    if (inputFault === undefined) row++;
  });
  return { sink: scoring.sinks[route.sink], pending, letters };
}

const pendingOf = (document: Pending['document'], origin: Origin): Pending => ({
  document,
  toDeadLetter: (fault) => ({ ...storedRecord(origin), ...fault }),
  toParked: (waiting) => ({ ...storedRecord(origin), ...waiting }),
});

/** What of a record is kept when it leaves the road: all that is needed to send it again. Its id ends in the route. */
function storedRecord({ event, source }: Origin) {
  const readable = isUtf8(event.body);
  const contentType = event.systemProperties['content-type'] ?? event.systemProperties.contentType;
  return {
    id: documentId(source, event.hub),
    source,
    route: event.hub,
    ...(typeof contentType === 'string' ? { contentType } : undefined),
    body: Buffer.from(event.body).toString(readable ? 'utf8' : 'base64'),
    bodyEncoding: readable ? ('utf8' as const) : ('base64' as const),
  };
}

function deadLetter(origin: Origin, { code, path, expected, got }: Fault): DeadLetter {
  const at = origin.source.index === undefined ? path : `${pointerTo(origin.source.index)}${path}`;
  return { ...storedRecord(origin), reason: code, path: at, expected, got };
}

/** Nothing could be scored: the batch comes again, until it has come often enough. */
async function parkAll(
  sideTrack: SideTrack,
  origins: readonly Origin[],
  letters: readonly DeadLetter[],
  error: ScoringError,
  attempt: Attempt,
): Promise<Settlement> {
  if (!attempt.isLast) throw error;
  await sideTrack.writeDeadLetters(letters);
  const waiting = { waitsFor: 'scoring', error: { code: error.code, message: error.message } };
  await sideTrack.park(origins.map((origin): ParkedRecord => ({ ...storedRecord(origin), ...waiting })));
  return { scored: 0, parked: origins.length, rejected: letters.map(({ reason }) => reason) };
}

function receiptOf(received: number, skipped: readonly string[], { scored, parked, rejected }: Settlement): Receipt {
  const receipt: Receipt = {
    received,
    scored,
    rejected: rejected.length,
    parked,
    skipped: skipped.length,
    rejectedByCode: countBy(rejected),
    skippedByReason: countBy(skipped),
  };
  if (received !== scored + rejected.length + parked + skipped.length) {
    const message = `${codes['internal.unexpected']} A receipt does not add up: ${JSON.stringify(receipt)}`;
    throw new ScoringError('internal.unexpected', message, { retryable: true });
  }
  return receipt;
}
