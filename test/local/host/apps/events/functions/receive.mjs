import { setTimeout as delay } from 'node:timers/promises';
import { app } from '@azure/functions';
import { record } from '../../record.mjs';

const plain = (value) => (Buffer.isBuffer(value) ? value.toString() : value);
/** Attempts at a batch by the partition and its first event, while this process lives. */
const attempts = new Map();

/** Writes down what arrives, before and after it does what the events ask for. */
async function receive(input, context) {
  const { triggerMetadata: metadata, retryContext } = context;
  const bodies = Array.isArray(input) ? input.map(plain) : [plain(input)];
  const partition = metadata.partitionContext.partitionId;
  const key = `${partition} ${JSON.stringify(bodies[0])}`;
  const attempt = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, attempt);
  const isBinary = Buffer.isBuffer(Array.isArray(input) ? input[0] : input);
  record({
    begun: bodies,
    partition,
    attempt,
    isBinary,
    retryContext,
    ...(process.env.METADATA === 'yes' && { metadata }),
  });
  const asked = (word) => bodies.some((body) => typeof body === 'string' && body.includes(word));
  if (asked('throw-always') || (asked('throw-once') && attempt === 1)) throw new Error(`thrown at attempt ${attempt}`);
  if (asked('hang-always') || (asked('hang-first') && !retryContext)) await new Promise(() => {});
  if (asked('slow')) await delay(1500);
  if (asked('wait')) await delay(100);
  record({ done: bodies, partition });
}

const retries = process.env.RETRIES;
const options = {
  eventHubName: '%HUB%',
  connection: 'EVENTS',
  consumerGroup: 'scoring',
  cardinality: process.env.CARDINALITY ?? 'many',
  ...(process.env.DATA_TYPE !== 'none' && { dataType: process.env.DATA_TYPE ?? 'binary' }),
  ...(retries && {
    retry: {
      strategy: 'fixedDelay',
      maxRetryCount: Number(retries),
      delayInterval: { seconds: Number(process.env.RETRY_DELAY ?? 0) },
    },
  }),
  handler: receive,
};
app.eventHub('receive', options);
if (process.env.INCLUDE_EMPTY === 'yes') app.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } });
