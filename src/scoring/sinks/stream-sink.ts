import { messageIdOf } from '../../core/events/message-id.ts';
import type { ScoreDocument } from '../../core/outputs/score-document.ts';
import type { StreamRoute } from '../../core/routes/routes.ts';
import { CountedRetries } from '../metrics/counted-retries.ts';
import type { Origin } from '../off-road.ts';
import type { Log, Metrics, OutboundMessage, ResendClaim, Sink } from '../ports.ts';
import type { Pending } from '../settle.ts';
import { OutboundSink } from './outbound-sink.ts';
import { ResendFilter } from './resend-filter.ts';
import { SinkChain } from './sink-chain.ts';

/** Where the documents of streams go, and what they may have to pass on the way. */
export interface StreamSinks {
  readonly sinks: Readonly<Record<StreamRoute['sink'] | 'packed', Sink>>;
  /** The last score of each key. */
  readonly latest: Sink;
  /** Another event hub, by its name. */
  readonly outbound: (hub: string) => Sink<OutboundMessage>;
  readonly resends: Sink<ResendClaim>;
  readonly metrics: Metrics;
}

const minuteMs = 60_000;

/**
 * The sink of one attempt at a batch, as its route says.
 * @param pending what the batch will write to it
 */
export function streamSinkOf(
  { sinks, latest, outbound, resends, metrics }: StreamSinks,
  route: StreamRoute,
  pending: readonly Pending<Origin>[],
  log: Log,
): Sink {
  const store = sinks[route.packed ? 'packed' : route.sink];
  const stages = [
    ...(route.resends === undefined
      ? []
      : [new ResendFilter(resends, route.resends.minutes * minuteMs, messageIdsOf(route.resends, pending))]),
    ...route.outbound.map((rule) => new OutboundSink(rule, outbound(rule.hub), log)),
    ...(route.latest ? [latest] : []),
    store,
  ];
  const sink = stages.length === 1 ? store : new SinkChain(stages);
  return metrics.isOn ? new CountedRetries(sink, metrics, route.hub) : sink;
}

/** What the sender calls the message that a document was made of: by the record's field if the route names one, else the event's. */
function messageIdsOf({ field }: NonNullable<StreamRoute['resends']>, pending: readonly Pending<Origin>[]) {
  const origins = new Map(pending.map(({ document, origin }) => [document, origin]));
  return (document: ScoreDocument): string | undefined => {
    const origin = origins.get(document);
    if (origin === undefined || field !== undefined) return origin?.messageId;
    return messageIdOf(origin.event, origin.source.index);
  };
}
