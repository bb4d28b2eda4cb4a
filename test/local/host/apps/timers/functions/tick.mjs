import { app } from '@azure/functions';
import { record } from '../../record.mjs';

let runs = 0;

app.timer('tick', {
  schedule: '%TICK_SCHEDULE%',
  runOnStartup: process.env.TICK_ON_STARTUP === 'yes',
  handler: (timer, context) => {
    runs += 1;
    record({ timer, retryCount: context.retryContext?.retryCount ?? 0 });
    if (runs <= Number(process.env.TICK_FAILURES ?? 0)) throw new Error('not yet');
  },
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { milliseconds: 100 } },
});
