import { CosmosClient } from '@azure/cosmos';
import { BlobServiceClient } from '@azure/storage-blob';
import { readDocumentId } from '../../src/core/ids.ts';
import { containers, cosmos } from '../../src/core/resources.ts';
import type { RunningServices } from '../services/start-services.ts';
import { readStreamDocuments } from './stream-documents.ts';

/** A stretch of a stream: from each partition's first to, and without, its last sequence number. */
export interface StreamStretch {
  readonly from: ReadonlyMap<string, number>;
  readonly to: ReadonlyMap<string, number>;
}

/** Where the events of a stretch are now, by `partition/sequence`. */
export interface StreamAccount {
  readonly events: number;
  readonly documents: number;
  readonly deadLetters: number;
  readonly parked: number;
  /** Events that have more than one place. */
  readonly doubled: readonly string[];
  /** Events that have none: passed over on purpose, or lost. */
  readonly unplaced: readonly string[];
}

/** Counts, event by event, where a stretch of the stream has ended: documents, dead letters, parked records. */
export async function accountFor(to: RunningServices['connections'], stretch: StreamStretch): Promise<StreamAccount> {
  const [documents, deadLetters, parked] = await Promise.all([
    documentPositions(to.cosmos, stretch),
    blobPositions(to.storage, containers.deadLetters, stretch),
    blobPositions(to.storage, containers.parked, stretch),
  ]);
  const places = new Map<string, number>();
  for (const position of [...documents, ...deadLetters, ...parked])
    places.set(position, (places.get(position) ?? 0) + 1);
  const all = positionsOf(stretch);
  return {
    events: all.length,
    documents: documents.length,
    deadLetters: deadLetters.length,
    parked: parked.length,
    doubled: [...places].filter(([, count]) => count > 1).map(([position]) => position),
    unplaced: all.filter((position) => !places.has(position)),
  };
}

function positionsOf({ from, to }: StreamStretch): string[] {
  return [...to].flatMap(([partition, end]) => {
    const start = from.get(partition) ?? 0;
    return Array.from({ length: end - start }, (_, i) => `${partition}/${start + i}`);
  });
}

const isInside = ({ from, to }: StreamStretch, partition: string, sequence: number): boolean =>
  sequence >= (from.get(partition) ?? 0) && sequence < (to.get(partition) ?? 0);

async function documentPositions(connectionString: string, stretch: StreamStretch): Promise<string[]> {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database(cosmos.database).container(cosmos.containers.predictions.name);
    return (await readStreamDocuments(container))
      .filter(({ partition, sequence }) => isInside(stretch, partition, sequence))
      .map(({ partition, sequence }) => `${partition}/${sequence}`);
  } finally {
    client.dispose();
  }
}

async function blobPositions(connectionString: string, container: string, stretch: StreamStretch): Promise<string[]> {
  const positions: string[] = [];
  const client = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
  for await (const { name } of client.listBlobsFlat()) {
    const id = name.slice(name.lastIndexOf('/') + 1).replace(/\.json$/, '');
    const source = readDocumentId(id)?.source;
    if (source?.kind !== 'stream' || !isInside(stretch, source.partition, source.sequence)) continue;
    positions.push(`${source.partition}/${source.sequence}`);
  }
  return positions;
}
