import { app, type InvocationContext } from '@azure/functions';
import { logOf } from '../src/adapters/function-log.ts';
import { scoring } from '../src/compose.ts';
import { readBlobCreated } from '../src/core/events/blob-created.ts';
import { connections, queues } from '../src/core/resources.ts';
import { scoreFile } from '../src/scoring/score-file.ts';

/**
 * Deliveries after which what may heal is told as a failure. The host would go on to `extensions.queues.maxDequeueCount`
 * of host.json, which leaves room for processes that die.
 */
const attemptsMax = 5;

/** Door: files. A queue carries Event Grid's messages, so that a failed one comes back. */
async function scoreFiles(message: unknown, context: InvocationContext): Promise<void> {
  const log = logOf(context);
  const blob = readBlobCreated(message);
  if ('skip' in blob) log.information('message passed over', { reason: blob.skip });
  else if ('code' in blob) log.warning('message is no announcement of a blob', blob);
  else {
    const number = Number(context.triggerMetadata?.dequeueCount ?? 1);
    await scoreFile(scoring(), blob, { number: number - 1, isLast: number >= attemptsMax }, log);
  }
}

// As bytes: of a JSON text the host would lay the sender's fields over the queue's own, the count of attempts among them.
const options = {
  connection: connections.storage,
  queueName: queues.incoming,
  dataType: 'binary',
  handler: scoreFiles,
};
app.storageQueue('score-files', options);
