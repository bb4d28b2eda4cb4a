import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { app } from '@azure/functions';

/** The sink: what is written here was scored. */
const write = (line) => appendFileSync(process.env.RECORD_FILE, `${JSON.stringify(line)}\n`);
let hasThrown = false;

/** Scores a batch as most samples do: no thought is given to what may fail. */
async function score(events) {
  const rows = events.map((event) => (Buffer.isBuffer(event) ? JSON.parse(event.toString()) : event));
  const ids = rows.map(({ id }) => id);
  write({ begun: ids });
  await delay(50);
  if (!hasThrown && rows.some(({ sinkIsDown }) => sinkIsDown)) {
    hasThrown = true;
    throw new Error('the sink is down for a moment');
  }
  if (rows.some(({ takesLong }) => takesLong)) await delay(60_000);
  write({ scored: ids });
}

const options = {
  eventHubName: '%HUB%',
  connection: 'EVENTS',
  consumerGroup: 'scoring',
  cardinality: 'many',
  ...(process.env.DATA_TYPE && { dataType: process.env.DATA_TYPE }),
  ...(process.env.RETRY === 'yes' && {
    retry: { strategy: 'fixedDelay', maxRetryCount: -1, delayInterval: { seconds: 0 } },
  }),
  handler: score,
};
app.eventHub('score', options);
