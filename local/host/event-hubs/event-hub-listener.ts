import type { EventHubConsumerClient, PartitionContext, ReceivedEventData, Subscription } from '@azure/event-hubs';
import type { EventHubTrigger, FunctionDefinition } from '../app/function-definition.ts';
import type { FunctionInput, FunctionInvoker } from '../invoke/function-invoker.ts';
import { withMessageFields } from '../invoke/message-fields.ts';
import type { Listener } from '../listener.ts';
import { type Log, messageOf } from '../log.ts';
import type { EventHubSettings } from '../settings/event-hub-settings.ts';
import { openCheckpointStore, openConsumer, probeEventHub, startPositionOf } from './consumer-client.ts';
import { toBatchData, toEventData } from './event-bodies.ts';
import { type PartitionDetails, toBatchMetadata, toEventMetadata } from './event-metadata.ts';
import { OwnershipWatch } from './ownership-watch.ts';
import { PartitionProcessor } from './partition-processor.ts';

export interface EventHubListenerOptions {
  readonly definition: FunctionDefinition<EventHubTrigger>;
  readonly settings: EventHubSettings;
  /** Connection string of the account that keeps checkpoints. */
  readonly storage: string;
  /** The app asked for empty bodies in batches of texts. */
  readonly includeEmpty: boolean;
  readonly invoker: FunctionInvoker;
  readonly log: Log;
}

const category = 'Host.Triggers.EventHubs';
/** A read ends after this time, with or without events. Only then does the client see that its connection was cut. */
const receiveWaitSeconds = 5;

/** Receives from one hub for one function, with a processor for each partition that this host owns. */
class EventHubListener implements Listener {
  readonly #options: EventHubListenerOptions;
  readonly #stopping = new AbortController();
  readonly #processors = new Map<string, PartitionProcessor>();
  #client: EventHubConsumerClient | undefined;
  #subscription: Subscription | undefined;

  constructor(options: EventHubListenerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { definition, settings, storage } = this.#options;
    const { trigger } = definition;
    await probeEventHub(trigger, definition.name);
    const store = new OwnershipWatch(await openCheckpointStore(storage, definition.name), (partitionId) =>
      this.#onOwnershipLost(partitionId),
    );
    this.#client = openConsumer(trigger, store, settings);
    this.#subscription = this.#client.subscribe(
      {
        processInitialize: async (context) => {
          this.#open(context);
        },
        processEvents: (events, context) => this.#receive(events, context),
        processClose: (reason, context) => this.#close(reason, context),
        processError: async (error, { partitionId }) => this.#onError(error, partitionId),
      },
      {
        startPosition: startPositionOf(settings),
        maxBatchSize: settings.maxEventBatchSize,
        maxWaitTimeInSeconds: receiveWaitSeconds,
        prefetchCount: settings.prefetchCount,
        skipParsingBodyAsJson: true,
      },
    );
  }

  /** Resolves when no batch runs any more; what was cut off is not checkpointed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#subscription?.close();
    await this.#client?.close();
  }

  #open(context: PartitionContext): void {
    const { definition, settings, log } = this.#options;
    const processor = new PartitionProcessor({
      name: `Function ${definition.name}, partition ${context.partitionId}`,
      settings,
      cardinality: definition.trigger.cardinality,
      invoke: async (events, isCheckpointingAfterInvocation, signal) => {
        const partition = { ...detailsOf(context), isCheckpointingAfterInvocation };
        await this.#options.invoker.invoke(definition, () => this.#inputOf(events, partition), signal);
      },
      checkpoint: (event) => context.updateCheckpoint(event),
      stopping: this.#stopping.signal,
      log,
    });
    this.#processors.set(context.partitionId, processor);
    log('information', category, `Function ${definition.name} reads partition ${context.partitionId}.`);
  }

  /**
   * The client ends a reader only when the broker cuts it off. When the ownership is lost without that (the other host died
   * before it read), this error makes the client start again from the checkpoint, should the partition come back here.
   */
  async #receive(events: readonly ReceivedEventData[], context: PartitionContext): Promise<void> {
    const processor = this.#processors.get(context.partitionId);
    if (processor === undefined || processor.isOwnershipLost) {
      throw Object.assign(new Error('another host owns the partition'), { code: 'ReceiverDisconnectedError' });
    }
    await processor.process(events);
  }

  async #close(reason: string, { partitionId }: PartitionContext): Promise<void> {
    const processor = this.#processors.get(partitionId);
    this.#processors.delete(partitionId);
    if (reason === 'OwnershipLost') processor?.loseOwnership();
    await processor?.close();
  }

  #onOwnershipLost(partitionId: string): void {
    const { definition, log } = this.#options;
    this.#processors.get(partitionId)?.loseOwnership();
    log('information', category, `Function ${definition.name}: another host has taken partition ${partitionId} over.`);
  }

  #onError(error: Error, partitionId: string): void {
    if (this.#stopping.signal.aborted) return;
    const where = partitionId === '' ? '' : `, partition ${partitionId}`;
    this.#options.log('warning', category, `Function ${this.#options.definition.name}${where}: ${messageOf(error)}`);
  }

  #inputOf(events: readonly ReceivedEventData[], partition: PartitionDetails): FunctionInput {
    const { definition, includeEmpty } = this.#options;
    const { cardinality, dataType } = definition.trigger;
    const [first] = events;
    if (cardinality === 'many' || first === undefined) {
      const data = toBatchData(events, dataType, includeEmpty);
      return { data, metadata: toBatchMetadata(events, partition, includeEmpty) };
    }
    const data = toEventData(first, dataType);
    const metadata = toEventMetadata(first, partition);
    return { data, metadata: data.string === undefined ? metadata : withMessageFields(metadata, data.string) };
  }
}

function detailsOf({ fullyQualifiedNamespace, eventHubName, consumerGroup, partitionId }: PartitionContext) {
  return { fullyQualifiedNamespace, eventHubName, consumerGroup, partitionId };
}

/**
 * Starts receiving for one Event Hubs function.
 * @throws {Error} when the hub or the storage of the checkpoints cannot be reached
 */
export async function startEventHubListener(options: EventHubListenerOptions): Promise<Listener> {
  const listener = new EventHubListener(options);
  await listener.start();
  return listener;
}
