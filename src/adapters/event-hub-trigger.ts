import type { IncomingEvent } from '../core/events/incoming-event.ts';
import { ScoringError } from '../core/fault.ts';

/** What the host says of a batch; only what is read here. */
interface TriggerMetadata {
  readonly partitionContext?: { readonly partitionId?: string; readonly eventHubName?: string };
  readonly systemPropertiesArray?: readonly Readonly<Record<string, unknown>>[];
  readonly propertiesArray?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The batch of an Event Hubs trigger with binary bodies. Positions come from `systemPropertiesArray` alone: it is one
 * JSON array and keeps its places, whereas the host drops empty entries from the other arrays.
 * @throws {ScoringError} when bodies and properties do not line up: then nothing could be said of where a body came from
 */
export function incomingEvents(bodies: unknown, metadata: unknown): IncomingEvent[] {
  const {
    partitionContext = {},
    systemPropertiesArray = [],
    propertiesArray = [],
  } = (metadata ?? {}) as TriggerMetadata;
  const { partitionId, eventHubName } = partitionContext;
  const isWhole = Array.isArray(bodies) && bodies.length === systemPropertiesArray.length;
  if (!isWhole || partitionId === undefined || eventHubName === undefined) {
    const message = 'The Event Hubs trigger delivered a batch without binary bodies or without its positions.';
    throw new ScoringError('internal.unexpected', message, { retryable: true });
  }
  // The host leaves out what is empty: a shorter list says no more whose properties these are.
  const hasProperties = propertiesArray.length === bodies.length;
  const timeOf = memoizedTime();
  return bodies.map((body: Uint8Array, i) => {
    const systemProperties = systemPropertiesArray[i] as Readonly<Record<string, unknown>>;
    return {
      body,
      hub: eventHubName,
      partition: partitionId,
      sequence: Number(systemProperties.sequenceNumber),
      enqueuedAt: timeOf(String(systemProperties.enqueuedTimeUtc)),
      systemProperties,
      ...(hasProperties && { properties: propertiesArray[i] as Readonly<Record<string, unknown>> }),
    };
  });
}

/** ISO 8601 in UTC with milliseconds. Events that were sent together share their time, which is then read once. */
function memoizedTime(): (text: string) => string {
  let [lastText, lastTime] = ['', ''];
  return (text) => {
    if (text !== lastText) [lastText, lastTime] = [text, utcOf(text)];
    return lastTime;
  };
}

/** The host writes the broker's time without a zone; a time without one would be taken for this machine's own. */
const utcOf = (text: string): string => new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`).toISOString();
