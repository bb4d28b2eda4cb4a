import { setTimeout as delay } from 'node:timers/promises';
import { app } from '@azure/functions';
import { record } from '../../record.mjs';

let running = 0;

/** Does what the message says: fails, or takes its time. */
async function work(message, context) {
  running += 1;
  const isBytes = Buffer.isBuffer(message);
  record({
    message: isBytes ? { bytes: message.toString('hex') } : message,
    running,
    metadata: context.triggerMetadata,
  });
  await delay(message.takesMs ?? 0);
  running -= 1;
  if (message.fails) throw new Error('as asked');
  record({ done: message.name });
}

app.storageQueue('work', { queueName: '%WORK_QUEUE%', connection: 'AzureWebJobsStorage', handler: work });

const binary = { queueName: '%BYTES_QUEUE%', connection: 'AzureWebJobsStorage', dataType: 'binary', handler: work };
app.storageQueue('bytes', binary);
