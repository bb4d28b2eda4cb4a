import { isUtf8 } from 'node:buffer';
import { RecordBatch } from '../core/batch/record-batch.ts';
import { codes } from '../core/codes.ts';
import { readEvent } from '../core/events/event-content.ts';
import {
  contentTypeOf,
  deviceOf,
  type IncomingEvent,
  isTelemetry,
  messageSourceOf,
  sourceOf,
  telemetry,
} from '../core/events/incoming-event.ts';
import { type Fault, pointerTo, ScoringError, toScoringError } from '../core/fault.ts';
import { documentId } from '../core/ids.ts';
import { countBy, isBalanced, type Receipt } from '../core/receipt.ts';
import type { StreamRoute } from '../core/routes/routes.ts';
import { partitionKeyOf, type StreamSource } from '../core/source.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { DeadLetter, Log, SideTrack, Sink } from './ports.ts';
import { documentOf, scoreBatch } from './score-batch.ts';
import { type Attempt, type OffRoad, type Pending, type Settlement, settle } from './settle.ts';

export interface EventScoring {
  readonly registry: ModelRegistry;
  readonly sinks: Readonly<Record<StreamRoute['sink'], Sink>>;
  readonly sideTrack: SideTrack;
}

/** A record on its way: where it came from, and the event that carried it. */
interface Origin {
  readonly event: IncomingEvent;
  readonly source: StreamSource;
  /** Who sent it, where the body says so and not the broker. */
  readonly device?: string;
}

/** The events of a batch, taken apart. */
interface Opened {
  readonly batch: RecordBatch;
  /** For each row of the batch. */
  readonly origins: Origin[];
  readonly letters: DeadLetter[];
  /** Why each event that holds no record was passed over. */
  readonly skipped: string[];
  /** Records found in the events; what was passed over counts as one. */
  received: number;
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
  const scored = scoring.registry.useForStream(first.hub, async (model, route) => {
    const opened = openEvents(model, events);
    return { ...opened, sink: scoring.sinks[route.sink], pending: await scoreOpened(model, opened) };
  });
  const receipt = await scored.then(
    async ({ sink, pending, letters, received, skipped }) => {
      const targets = { sink, sideTrack: scoring.sideTrack };
      return receiptOf(received, skipped, await settle(pending, letters, targets, offRoad, attempt));
    },
    (error) => parkAll(scoring.sideTrack, events, toScoringError(error), attempt),
  );
  log.information('receipt', { ...positionOf(events), ...receipt });
  return receipt;
}

const positionOf = (events: readonly IncomingEvent[]) => {
  const [first, last] = [events[0] as IncomingEvent, events.at(-1) as IncomingEvent];
  return { hub: first.hub, partition: first.partition, from: first.sequence, to: last.sequence };
};

/** Takes the events apart into rows. An event that cannot be read is one dead letter, a record that does not fit one too. */
function openEvents(model: LoadedModel, events: readonly IncomingEvent[]): Opened {
  const batch = new RecordBatch(model.layout, events.length);
  const opened: Opened = { batch, origins: [], letters: [], skipped: [], received: 0 };
  for (const event of events) {
    opened.received++;
    if (!isTelemetry(event)) opened.skipped.push(messageSourceOf(event));
    else if (model.jsonBytes.appendRecord(opened.batch, event.body))
      opened.origins.push({ event, source: sourceOf(event) });
    else openSlowly(model, event, opened);
  }
  return opened;
}

/** An event that is not simply one good record. */
function openSlowly(model: LoadedModel, event: IncomingEvent, opened: Opened): void {
  const { batch, origins, letters } = opened;
  const content = readEvent(event);
  if ('fault' in content) {
    letters.push(deadLetter({ event, source: sourceOf(event) }, content.fault));
    return;
  }
  if (content.messageSource !== undefined && content.messageSource !== telemetry) {
    opened.skipped.push(content.messageSource);
    return;
  }
  opened.received += content.items.length - 1;
  for (const [index, item] of content.items.entries()) {
    const source = sourceOf(event, content.isList ? index : undefined);
    const origin = content.device === undefined ? { event, source } : { event, source, device: content.device };
    const [fault] = 'fault' in item ? [item.fault] : (model.appendJsonRow(batch, item.record) ?? []);
    if (fault === undefined) origins.push(origin);
    else letters.push(deadLetter(origin, fault));
  }
}

async function scoreOpened(model: LoadedModel, { batch, origins, letters }: Opened): Promise<Pending<Origin>[]> {
  const { scores, faults } = await scoreBatch(model, batch);
  const pending: Pending<Origin>[] = [];
  origins.forEach((origin, row) => {
    const score = scores[row];
    const fault = faults.get(row);
    if (score === undefined && fault !== undefined) letters.push(deadLetter(origin, fault));
    if (score === undefined) return;
    const key = batch.keys[row] ?? origin.device ?? deviceOf(origin.event);
    const partition = partitionKeyOf(origin.source, key);
    pending.push({ document: documentOf(model, batch, row, score, origin.source, partition, key), origin });
  });
  return pending;
}

/** How a record looks that leaves the road. */
const offRoad: OffRoad<Origin> = {
  deadLetter: (origin, fault) => deadLetter(origin, fault),
  parked: (origin, waiting) => ({ ...storedRecord(origin), ...waiting }),
};

/** What of a record is kept when it leaves the road: all that is needed to send it again. Its id ends in the route. */
function storedRecord({ event, source }: Origin) {
  const readable = isUtf8(event.body);
  const contentType = contentTypeOf(event);
  return {
    id: documentId(source, event.hub),
    source,
    route: event.hub,
    ...(contentType === '' ? undefined : { contentType }),
    body: Buffer.from(event.body).toString(readable ? 'utf8' : 'base64'),
    bodyEncoding: readable ? ('utf8' as const) : ('base64' as const),
  };
}

function deadLetter(origin: Origin, { code, path, expected, got }: Fault): DeadLetter {
  const at = origin.source.index === undefined ? path : `${pointerTo(origin.source.index)}${path}`;
  return { ...storedRecord(origin), reason: code, path: at, expected, got };
}

/** Nothing could be scored: the batch comes again, until it has come often enough. Whole events are parked then. */
async function parkAll(
  sideTrack: SideTrack,
  events: readonly IncomingEvent[],
  error: ScoringError,
  attempt: Attempt,
): Promise<Receipt> {
  if (!attempt.isLast) throw error;
  const waiting = { waitsFor: 'scoring', error: { code: error.code, message: error.message } };
  const telemetry = events.filter(isTelemetry);
  await sideTrack.park(telemetry.map((event) => offRoad.parked({ event, source: sourceOf(event) }, waiting)));
  const skipped = events.filter((event) => !isTelemetry(event)).map(messageSourceOf);
  return receiptOf(events.length, skipped, { scored: 0, parked: telemetry.length, rejected: [] });
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
  if (isBalanced(receipt)) return receipt;
  const message = `${codes['internal.unexpected']} A receipt does not add up: ${JSON.stringify(receipt)}`;
  throw new ScoringError('internal.unexpected', message, { retryable: true });
}
