import { setTimeout as delay } from 'node:timers/promises';
import { type DequeuedMessageItem, QueueClient, RestError } from '@azure/storage-queue';
import type { FunctionDefinition, QueueTrigger } from '../app/function-definition.ts';
import { BackoffDelay } from '../invoke/backoff-delay.ts';
import type { FunctionInvoker } from '../invoke/function-invoker.ts';
import type { Listener } from '../listener.ts';
import { type Log, messageOf } from '../log.ts';
import { serviceFault } from '../service-fault.ts';
import type { QueueSettings } from '../settings/queue-settings.ts';
import { MessageLease } from './message-lease.ts';
import { decodeMessage, toQueueInput } from './queue-message.ts';

export interface QueueListenerOptions {
  readonly definition: FunctionDefinition<QueueTrigger>;
  readonly settings: QueueSettings;
  readonly invoker: FunctionInvoker;
  readonly log: Log;
}

const category = 'Host.Triggers.Queues';
const minPollingIntervalMs = 100;

/** Polls one queue for one function: the pause between polls grows while the queue is empty. */
class QueueListener implements Listener {
  readonly #options: QueueListenerOptions;
  readonly #queue: QueueClient;
  /** A poison queue has none of its own. */
  readonly #poisonQueue: QueueClient | undefined;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: QueueListenerOptions) {
    const { connectionString, queueName } = options.definition.trigger;
    this.#options = options;
    this.#queue = new QueueClient(connectionString, queueName);
    this.#poisonQueue = queueName.endsWith('-poison')
      ? undefined
      : new QueueClient(connectionString, `${queueName}-poison`);
  }

  start(): void {
    this.#loop = this.#poll();
  }

  /** Resolves when all messages taken are worked through and deleted or given back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    const { batchSize, leaseMs, maxPollingIntervalMs, newBatchThreshold } = this.#options.settings;
    const pause = new BackoffDelay(minPollingIntervalMs, maxPollingIntervalMs);
    while (!signal.aborted) {
      const messages = await this.#receive(batchSize, leaseMs);
      if (messages.length === 0) {
        await delay(pause.next(), undefined, { signal }).catch(() => {});
        continue;
      }
      pause.reset();
      for (const message of messages) this.#begin(message);
      while (this.#running.size > newBatchThreshold) await Promise.race(this.#running);
    }
  }

  /** A queue that is not there yet, or storage that is away for a while, is like an empty queue. */
  async #receive(numberOfMessages: number, leaseMs: number): Promise<DequeuedMessageItem[]> {
    try {
      const visibilityTimeout = Math.ceil(leaseMs / 1000);
      const { signal: abortSignal } = this.#stopping;
      const answer = await this.#queue.receiveMessages({ numberOfMessages, visibilityTimeout, abortSignal });
      return answer.receivedMessageItems;
    } catch (error) {
      if (!this.#stopping.signal.aborted && !isNotFound(error)) this.#warn(`cannot be read: ${messageOf(error)}`);
      return [];
    }
  }

  #begin(message: DequeuedMessageItem): void {
    const run = this.#process(message).catch((error) =>
      this.#warn(`message ${message.messageId} could not be settled: ${messageOf(error)}`),
    );
    this.#running.add(run);
    run.finally(() => this.#running.delete(run));
  }

  async #process(message: DequeuedMessageItem): Promise<void> {
    const { definition, invoker, log, settings } = this.#options;
    const body = decodeMessage(message.messageText, settings.messageEncoding);
    if (body === undefined) {
      this.#warn(`message ${message.messageId} is no ${settings.messageEncoding} and goes to the poison queue`);
      return this.#moveToPoison(message, message.popReceipt);
    }
    // A host that died while it ran the message for the last time could not move it away.
    if (message.dequeueCount > settings.maxDequeueCount) return this.#moveToPoison(message, message.popReceipt);
    const lease = new MessageLease(this.#queue, message, settings.leaseMs, log);
    const input = toQueueInput(message, body, definition.trigger.dataType);
    const outcome = await invoker.invoke(definition, () => input, this.#stopping.signal);
    await lease.end();
    if (outcome.kind === 'succeeded') return this.#delete(message, lease.popReceipt);
    if (this.#poisonQueue === undefined) return;
    if (outcome.kind !== 'stopped' && message.dequeueCount >= settings.maxDequeueCount) {
      return this.#moveToPoison(message, lease.popReceipt);
    }
    await this.#release(message, lease.popReceipt);
  }

  /** Somebody who took the message over in the meantime settles it himself. */
  async #delete(message: DequeuedMessageItem, popReceipt: string): Promise<void> {
    await this.#queue.deleteMessage(message.messageId, popReceipt).catch(ignoreLost);
  }

  async #release(message: DequeuedMessageItem, popReceipt: string): Promise<void> {
    const seconds = Math.ceil(this.#options.settings.visibilityTimeoutMs / 1000);
    await this.#queue.updateMessage(message.messageId, popReceipt, undefined, seconds).catch(ignoreLost);
  }

  /** Without a poison queue the message is left invisible, or it would fail again and again without a pause. */
  async #moveToPoison(message: DequeuedMessageItem, popReceipt: string): Promise<void> {
    const poison = this.#poisonQueue;
    if (poison === undefined) return;
    this.#warn(`message ${message.messageId} moves to ${poison.name}, dequeued ${message.dequeueCount} times`);
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
    await this.#delete(message, popReceipt);
  }

  #warn(message: string): void {
    this.#options.log('warning', category, `Queue ${this.#queue.name}: ${message}`);
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404;
}

function ignoreLost(error: unknown): void {
  const code = error instanceof RestError ? error.code : undefined;
  if (code !== 'PopReceiptMismatch' && code !== 'MessageNotFound' && code !== 'QueueNotFound') throw error;
}

/**
 * Starts polling for one queue function. The queue need not be there yet.
 * @throws {Error} when storage cannot be reached
 */
export async function startQueueListener(options: QueueListenerOptions): Promise<Listener> {
  const { name, trigger } = options.definition;
  const need = { service: 'Queue storage', setting: trigger.connectionSetting, neededBy: `function ${name}` };
  let address = '(an unreadable connection string)';
  try {
    const probe = new QueueClient(trigger.connectionString, trigger.queueName, { retryOptions: { maxTries: 1 } });
    address = probe.url;
    await probe.exists();
  } catch (error) {
    throw serviceFault({ ...need, address }, error);
  }
  const listener = new QueueListener(options);
  listener.start();
  return listener;
}
