import { app, type InvocationContext } from '@azure/functions';
import { incomingEvents } from '../src/adapters/event-hub-trigger.ts';
import { logOf } from '../src/adapters/function-log.ts';
import { watchForStalls } from '../src/adapters/stall-watch.ts';
import { scoring } from '../src/compose.ts';
import { connections, eventHubs } from '../src/core/resources.ts';
import { attemptEvents } from '../src/scoring/attempt-events.ts';

const stopping = new AbortController();
// A batch that is cut off is not checkpointed: it comes again, so that waiting for it now would only hold up the end.
app.hook.appTerminate(async () => {
  stopping.abort();
  const { crashWatch, metrics } = scoring();
  await Promise.all([crashWatch.close(), metrics.flush()]);
});

/** Door: Event Hubs. The host moves on whether this succeeds or not, so it succeeds only when every record has its place. */
async function scoreEventsOf(bodies: unknown, context: InvocationContext): Promise<void> {
  const wired = scoring();
  watchForStalls(wired.attemptTimes.stallMs);
  const attempt = { number: context.retryContext?.retryCount ?? 0, stopping: stopping.signal };
  await attemptEvents(wired, incomingEvents(bodies, context.triggerMetadata), attempt, logOf(context));
}

// `dataType` is missing in the types and passed on all the same. Without it one body that is not JSON fails its whole
// batch before this function is called; as text, empty bodies vanish and numbers lose digits.
const options = {
  connection: connections.events,
  eventHubName: eventHubs.telemetry.name,
  consumerGroup: eventHubs.telemetry.consumerGroup,
  cardinality: 'many' as const,
  dataType: 'binary',
  // Unlimited: a limit would throw events away when it is reached. Our own count parks what does not go through.
  retry: {
    strategy: 'exponentialBackoff' as const,
    maxRetryCount: -1,
    minimumInterval: { seconds: 1 },
    maximumInterval: { seconds: 30 },
  },
  handler: scoreEventsOf,
};
app.eventHub('score-events', options);
