import { parseEventHubConnectionString } from '@azure/event-hubs';
import { ContainerClient } from '@azure/storage-blob';
import { eventHubs } from '../../src/core/resources.ts';
import type { ServiceConnections } from '../services/start-services.ts';

const { name: hub, consumerGroup } = eventHubs.telemetry;

function leasesOf({ storage, events }: ServiceConnections): { container: ContainerClient; prefix: string } {
  const { fullyQualifiedNamespace } = parseEventHubConnectionString(events) as { fullyQualifiedNamespace: string };
  const host = fullyQualifiedNamespace.replace(/:\d+$/, '');
  return {
    container: new ContainerClient(storage, 'azure-webjobs-eventhub'),
    prefix: `${host}/${hub}/${consumerGroup}/`.toLowerCase(),
  };
}

interface Entry {
  readonly partition: string;
  readonly value: string;
  readonly changedAt: Date;
}

async function entriesBelow(to: ServiceConnections, folder: string, name: string): Promise<Entry[]> {
  const { container, prefix } = leasesOf(to);
  const found: Entry[] = [];
  for await (const blob of container.listBlobsFlat({ prefix: `${prefix}${folder}/`, includeMetadata: true })) {
    const value = blob.metadata?.[name];
    if (value === undefined) continue;
    const partition = blob.name.slice(blob.name.lastIndexOf('/') + 1);
    found.push({ partition, value, changedAt: blob.properties.lastModified });
  }
  return found;
}

/** For each partition the sequence number of the last event that the consumer group is done with. */
export async function readCheckpoints(to: ServiceConnections): Promise<Map<string, number>> {
  const entries = await entriesBelow(to, 'checkpoint', 'sequencenumber');
  return new Map(entries.map(({ partition, value }) => [partition, Number(value)]));
}

/** How many partitions each host of the consumer group owns that has said so since a time. */
export async function readOwnership(to: ServiceConnections, since: Date): Promise<number[]> {
  const entries = await entriesBelow(to, 'ownership', 'ownerid');
  const claimed = entries.filter(({ value, changedAt }) => value !== '' && changedAt >= since);
  return [...Map.groupBy(claimed, ({ value }) => value).values()].map((all) => all.length);
}
