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

/** The documents of a hub in Cosmos DB, page by page. */
export async function cosmosPlaces(container: Container, filter: PlaceFilter): Promise<StreamPlace[]> {
  const { hub, since } = filter;
  const time = since === undefined ? '' : ' AND c.source.enqueuedAt >= @since';
  const query = {
    query: `SELECT VALUE c.id FROM c WHERE c.source.kind = 'stream' AND c.source.hub = @hub${time}`,
    parameters: [{ name: '@hub', value: hub }, ...(since === undefined ? [] : [{ name: '@since', value: since }])],
  };
  const places: StreamPlace[] = [];
  const pages = container.items.query<string>(query, { maxItemCount: pageItems }).getAsyncIterator();
  for await (const { resources } of pages) {
    for (const id of resources) {
      const place = placeOf(id, 'document', filter);
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
