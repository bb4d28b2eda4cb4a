import { isUtf8 } from 'node:buffer';
import { contentTypeOf, type IncomingEvent } from '../core/events/incoming-event.ts';
import { type Fault, pointerTo } from '../core/fault.ts';
import { documentId } from '../core/ids.ts';
import type { FieldTree } from '../core/sensitive/field-tree.ts';
import type { StreamSource } from '../core/source.ts';
import { concealLetter } from './conceal-letter.ts';
import type { DeadLetter, StoredRecord } from './ports.ts';
import type { OffRoad } from './settle.ts';

/** A record on its way: where it came from, and the event that carried it. */
export interface Origin {
  readonly event: IncomingEvent;
  readonly source: StreamSource;
  /** Who sent it, where the body says so and not the broker. */
  readonly device?: string;
  /** What the sender calls it, where the route looks for that inside of the record. */
  readonly messageId?: string;
  /** What of the record may be shown, where its model has sensitive features. */
  readonly concealed?: FieldTree;
}

/** How a record of a stream looks that leaves the road. */
export const offRoad: OffRoad<Origin> = {
  deadLetter: (origin, fault) => deadLetterOf(origin, fault),
  parked: (origin, waiting) => ({ ...storedRecord(origin), ...waiting }),
};

export function deadLetterOf(origin: Origin, { code, path, expected, got }: Fault): DeadLetter {
  const at = origin.source.index === undefined ? path : `${pointerTo(origin.source.index)}${path}`;
  const letter = { ...storedRecord(origin), reason: code, path: at, expected, got };
  return concealLetter(letter, origin.event, origin.concealed);
}

/** The id of a record off the road. It ends in the route: which model scores it may be unknown. */
export const recordIdOf = ({ event, source }: Origin): string => documentId(source, event.hub);

/** What of a record is kept when it leaves the road: all that is needed to send it again. */
function storedRecord({ event, source }: Origin): StoredRecord {
  const readable = isUtf8(event.body);
  const contentType = contentTypeOf(event);
  const { attempts, systemProperties, properties } = event;
  return {
    id: recordIdOf({ event, source }),
    source,
    route: event.hub,
    ...(attempts !== undefined && { attempts }),
    ...(contentType !== '' && { contentType }),
    ...(hasEntries(systemProperties) && { systemProperties }),
    ...(hasEntries(properties) && { properties }),
    body: Buffer.from(event.body).toString(readable ? 'utf8' : 'base64'),
    bodyEncoding: readable ? 'utf8' : 'base64',
  };
}

const hasEntries = (bag: Readonly<Record<string, unknown>> | undefined): bag is Readonly<Record<string, unknown>> =>
  bag !== undefined && Object.keys(bag).length > 0;
