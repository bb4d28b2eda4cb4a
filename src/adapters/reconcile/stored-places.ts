import type { Container } from '@azure/cosmos';
import type { ContainerClient } from '@azure/storage-blob';
import type { PlaceKind } from '../../core/ledger/event-verdict.ts';
import type { StreamPlace } from '../../core/ledger/settled-places.ts';
import type { ScoreDocument } from '../../core/outputs/score-document.ts';
import { inPool } from '../pool.ts';
import { type PlaceFilter, placeOf } from './record-place.ts';

/** Ids in one answer of Cosmos DB. */
const pageItems = 5_000;
const blobsAtOnce = 8;

/** The documents of a hub in Cosmos DB, by themselves and packed, page by page. */
export async function cosmosPlaces(container: Container, filter: PlaceFilter): Promise<StreamPlace[]> {
  const single = placesBy<string>(
    container,
    'SELECT VALUE c.id FROM c',
    { kind: 'stream', time: 'c.source.enqueuedAt', filter },
    (id) => placeOf(id, 'document', filter),
  );
  const packed = placesBy<Omit<StreamPlace, 'kind'>>(
    container,
    'SELECT c.source.partition, s.sequence, s.index, s.enqueuedAt FROM c JOIN s IN c.scores',
    { kind: 'packed', time: 's.enqueuedAt', filter },
    (score) => ({ kind: 'document', ...score }),
  );
  return (await Promise.all([single, packed])).flat();
}

interface WantedDocuments {
  /** Of their sources. */
  readonly kind: 'stream' | 'packed';
  /** Where they say when the broker took their event. */
  readonly time: string;
  readonly filter: PlaceFilter;
}

async function placesBy<Found>(
  container: Container,
  select: string,
  { kind, time, filter: { hub, since } }: WantedDocuments,
  toPlace: (found: Found) => StreamPlace | undefined,
): Promise<StreamPlace[]> {
  const query = {
    query: `${select} WHERE c.source.kind = '${kind}' AND c.source.hub = @hub${since === undefined ? '' : ` AND ${time} >= @since`}`,
    parameters: [{ name: '@hub', value: hub }, ...(since === undefined ? [] : [{ name: '@since', value: since }])],
  };
  const places: StreamPlace[] = [];
  const pages = container.items.query<Found>(query, { maxItemCount: pageItems }).getAsyncIterator();
  for await (const { resources } of pages) {
    for (const found of resources) {
      const place = toPlace(found);
      if (place !== undefined) places.push(place);
    }
  }
  return places;
}

/** The documents of a hub in blobs: `<model>/<hub>/<partition>/<day>/<first sequence of the window>.ndjson`. */
export async function blobDocumentPlaces(container: ContainerClient, filter: PlaceFilter): Promise<StreamPlace[]> {
  const names: string[] = [];
  for await (const model of container.listBlobsByHierarchy('/')) {
    if (model.kind !== 'prefix') continue;
    for await (const { name } of container.listBlobsFlat({ prefix: `${model.name}${filter.hub}/` })) {
      const day = /\/(\d{4}-\d\d-\d\d)\/\d{16}\.ndjson$/.exec(name)?.[1];
      if (day !== undefined && day >= (filter.since ?? '').slice(0, 10)) names.push(name);
    }
  }
  const found = await inPool(names, blobsAtOnce, async (name) => {
    const lines = (await container.getBlobClient(name).downloadToBuffer()).toString().split('\n');
    return lines
      .filter((line) => line !== '')
      .flatMap((line) => placeOf((JSON.parse(line) as ScoreDocument).id, 'document', filter) ?? []);
  });
  return found.flat();
}

/** The records of a hub that lie beside the road: blobs whose names end in their ids. */
export async function sideTrackPlaces(
  container: ContainerClient,
  kind: PlaceKind,
  filter: PlaceFilter,
): Promise<StreamPlace[]> {
  const places: StreamPlace[] = [];
  for await (const { name } of container.listBlobsFlat()) {
    const id = name.slice(name.lastIndexOf('/') + 1).replace(/\.json$/, '');
    const place = placeOf(id, kind, filter);
    if (place !== undefined) places.push(place);
  }
  return places;
}
