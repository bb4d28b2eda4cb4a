import { app, type InvocationContext } from '@azure/functions';
import { logOf } from '../src/adapters/function-log.ts';
import { drainSchedule, scoring } from '../src/compose.ts';
import { measureParked } from '../src/scoring/metrics/measure-parked.ts';
import { drainParked } from '../src/scoring/parked/drain-parked.ts';

const stopping = new AbortController();
app.hook.appTerminate(() => stopping.abort());

/** Door: a timer. What an outage kept from its place, or is to be replayed, goes down its road again. */
app.timer('drain-parked', {
  schedule: drainSchedule(),
  // A run that was missed needs not be made up for: the next one does the same.
  useMonitor: false,
  handler: async (_timer: unknown, context: InvocationContext) => {
    const wired = scoring();
    await drainParked(wired, stopping.signal, logOf(context));
    await measureParked(wired.metrics, wired.parked);
  },
});
