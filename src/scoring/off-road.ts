import { isUtf8 } from 'node:buffer';
import { contentTypeOf, type IncomingEvent } from '../core/events/incoming-event.ts';
import { type Fault, pointerTo } from '../core/fault.ts';
import { documentId } from '../core/ids.ts';
import type { StreamSource } from '../core/source.ts';
import type { DeadLetter } from './ports.ts';
import type { OffRoad } from './settle.ts';

/** A record on its way: where it came from, and the event that carried it. */
export interface Origin {
  readonly event: IncomingEvent;
  readonly source: StreamSource;
  /** Who sent it, where the body says so and not the broker. */
  readonly device?: string;
}

/** How a record of a stream looks that leaves the road. */
export const offRoad: OffRoad<Origin> = {
  deadLetter: (origin, fault) => deadLetterOf(origin, fault),
  parked: (origin, waiting) => ({ ...storedRecord(origin), ...waiting }),
};

export function deadLetterOf(origin: Origin, { code, path, expected, got }: Fault): DeadLetter {
  const at = origin.source.index === undefined ? path : `${pointerTo(origin.source.index)}${path}`;
  return { ...storedRecord(origin), reason: code, path: at, expected, got };
}

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
