import { app, type InvocationContext } from '@azure/functions';
import { logOf } from '../src/adapters/function-log.ts';
import { reconcileSchedule, scoring } from '../src/compose.ts';

/** Door: a timer. Uploads are compared with runs: no file waits for an event that never came. */
app.timer('reconcile', {
  schedule: reconcileSchedule(),
  // A time that was missed needs not be made up for: the next one does the same.
  useMonitor: false,
  handler: async (_timer: unknown, context: InvocationContext) => {
    await scoring().fileReconciler.reconcile(Date.now(), logOf(context));
  },
});
