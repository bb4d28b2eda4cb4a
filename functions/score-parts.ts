import { app, type InvocationContext } from '@azure/functions';
import { logOf } from '../src/adapters/function-log.ts';
import { scoring } from '../src/compose.ts';
import { readPartMessage } from '../src/core/files/part-message.ts';
import { connections, queues } from '../src/core/resources.ts';
import { scorePart } from '../src/scoring/files/score-part.ts';

/**
 * Deliveries after which a part is given up: it has lost its process each time, or an outage does not end. Failures are
 * counted by the part itself.
 */
const deliveriesMax = 90;

/** Door: parts of large files. Any instance takes any part. */
async function scoreParts(message: unknown, context: InvocationContext): Promise<void> {
  const log = logOf(context);
  const part = readPartMessage(message);
  if ('code' in part) {
    log.warning('message is no part of a run', part);
    return;
  }
  const number = Number(context.triggerMetadata?.dequeueCount ?? 1);
  await scorePart(scoring(), part, { number: number - 1, isLast: number > deliveriesMax }, log);
}

// As bytes: of a JSON text the host would lay the sender's fields over the queue's own, the count of attempts among them.
const options = {
  connection: connections.storage,
  queueName: queues.parts,
  dataType: 'binary',
  handler: scoreParts,
};
app.storageQueue('score-parts', options);
