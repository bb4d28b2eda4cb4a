import {
  type CheckpointStore,
  EventHubConsumerClient,
  type EventPosition,
  earliestEventPosition,
  latestEventPosition,
  parseEventHubConnectionString,
  RetryMode,
} from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import type { EventHubTrigger } from '../app/function-definition.ts';
import { serviceFault } from '../service-fault.ts';
import type { EventHubSettings } from '../settings/event-hub-settings.ts';

const checkpointContainer = 'azure-webjobs-eventhub';
const probeTimeoutMs = 10_000;

/** Arguments of the client: a hub inside the connection string goes over the one of the binding, as in the extension. */
function addressOf(trigger: EventHubTrigger): { endpoint: string; names: [] | [string]; hub: string } {
  const { entityPath, endpoint } = parseEventHubConnectionString(trigger.connectionString) as {
    entityPath?: string;
    endpoint: string;
  };
  return { endpoint, names: entityPath ? [] : [trigger.eventHubName], hub: entityPath ?? trigger.eventHubName };
}

/**
 * Asks the broker for the hub once, without the patience that the listener has later.
 * @throws {Error} that names the service, its address and what to do
 */
export async function probeEventHub(trigger: EventHubTrigger, functionName: string): Promise<void> {
  const need = { service: 'Event Hubs', setting: trigger.connectionSetting, neededBy: `function ${functionName}` };
  let address = '(an unreadable connection string)';
  try {
    const { endpoint, names, hub } = addressOf(trigger);
    address = `${endpoint.replace(/\/+$/, '')}/${hub}`;
    const client = newClient(trigger, names, { retryOptions: { maxRetries: 0, timeoutInMs: probeTimeoutMs } });
    await client.getEventHubProperties().finally(() => client.close());
  } catch (error) {
    throw serviceFault({ ...need, address }, error);
  }
}

function newClient(trigger: EventHubTrigger, names: [] | [string], options: object): EventHubConsumerClient {
  const [name] = names;
  return name === undefined
    ? new EventHubConsumerClient(trigger.consumerGroup, trigger.connectionString, options)
    : new EventHubConsumerClient(trigger.consumerGroup, trigger.connectionString, name, options);
}

/**
 * Opens the container for checkpoints and ownership, and makes it when it is not there.
 * @throws {Error} when storage cannot be used
 */
export async function openCheckpointStore(storage: string, functionName: string): Promise<BlobCheckpointStore> {
  const need = { service: 'Blob storage', setting: 'AzureWebJobsStorage', neededBy: `function ${functionName}` };
  let address = '(an unreadable connection string)';
  try {
    const probe = new ContainerClient(storage, checkpointContainer, { retryOptions: { maxTries: 1 } });
    address = probe.url;
    await probe.createIfNotExists();
    return new BlobCheckpointStore(new ContainerClient(storage, checkpointContainer));
  } catch (error) {
    throw serviceFault({ ...need, address }, error);
  }
}

/** The client that receives, balancing partitions with other hosts through the store. */
export function openConsumer(
  trigger: EventHubTrigger,
  store: CheckpointStore,
  settings: EventHubSettings,
): EventHubConsumerClient {
  const { names } = addressOf(trigger);
  const { clientRetry } = settings;
  const options = {
    loadBalancingOptions: {
      strategy: 'greedy' as const,
      updateIntervalInMs: settings.loadBalancingUpdateMs,
      partitionOwnershipExpirationIntervalInMs: settings.partitionOwnershipExpirationMs,
    },
    retryOptions: {
      mode: clientRetry.mode === 'fixed' ? RetryMode.Fixed : RetryMode.Exponential,
      maxRetries: clientRetry.maximumRetries,
      retryDelayInMs: clientRetry.delayMs,
      maxRetryDelayInMs: clientRetry.maximumDelayMs,
      timeoutInMs: clientRetry.tryTimeoutMs,
    },
  };
  const [name] = names;
  return name === undefined
    ? new EventHubConsumerClient(trigger.consumerGroup, trigger.connectionString, store, options)
    : new EventHubConsumerClient(trigger.consumerGroup, trigger.connectionString, name, store, options);
}

/** Where a partition without a checkpoint starts. */
export function startPositionOf({ initialOffset }: EventHubSettings): EventPosition {
  if (initialOffset.type === 'fromEnqueuedTime') return { enqueuedOn: initialOffset.enqueuedTimeUtc };
  return initialOffset.type === 'fromStart' ? earliestEventPosition : latestEventPosition;
}
