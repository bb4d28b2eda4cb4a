import { CosmosClient } from '@azure/cosmos';
import { BlobServiceClient } from '@azure/storage-blob';
import { readDocumentId } from '../../src/core/ids.ts';
import { containers, cosmos } from '../../src/core/resources.ts';
import { readStreamDocuments } from '../demo/stream-documents.ts';
import type { ServiceConnections } from '../services/start-services.ts';

export type PlaceKind = 'document' | 'dead-letter' | 'parked';

/** Where an event is. */
export interface Place {
  readonly kind: PlaceKind;
  /** Of a document: what it says of its event. */
  readonly key?: string;
  readonly enqueuedAt?: string;
}

/** Everything that the system holds of its streams, by position (`partition/sequence`). */
export async function readPlaces(to: ServiceConnections): Promise<Map<string, Place[]>> {
  const all = await Promise.all([
    documentPlaces(to.cosmos),
    blobPlaces(to.storage, containers.deadLetters, 'dead-letter'),
    blobPlaces(to.storage, containers.parked, 'parked'),
  ]);
  const places = new Map<string, Place[]>();
  for (const [position, place] of all.flat()) {
    const known = places.get(position);
    if (known === undefined) places.set(position, [place]);
    else known.push(place);
  }
  return places;
}

type Placed = readonly [position: string, place: Place];

async function documentPlaces(connectionString: string): Promise<Placed[]> {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database(cosmos.database).container(cosmos.containers.predictions.name);
    const documents = await readStreamDocuments(container);
    return documents.map(({ key, partition, sequence, enqueuedAt }) => [
      `${partition}/${sequence}`,
      { kind: 'document', enqueuedAt, ...(key !== undefined && { key }) },
    ]);
  } finally {
    client.dispose();
  }
}

/** The id in a blob's name says which event it is. */
async function blobPlaces(connectionString: string, container: string, kind: PlaceKind): Promise<Placed[]> {
  const places: Placed[] = [];
  const client = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
  for await (const { name } of client.listBlobsFlat()) {
    const id = name.slice(name.lastIndexOf('/') + 1).replace(/\.json$/, '');
    const source = readDocumentId(id)?.source;
    if (source?.kind === 'stream') places.push([`${source.partition}/${source.sequence}`, { kind }]);
  }
  return places;
}
