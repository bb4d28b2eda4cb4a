import { CosmosClient } from '@azure/cosmos';
import { BlobServiceClient } from '@azure/storage-blob';
import { readDocumentId } from '../../src/core/ids.ts';
import { containers, cosmos } from '../../src/core/resources.ts';
import type { ServiceConnections } from '../services/start-services.ts';
import type { ChaosEvent } from './chaos-event.ts';
import type { HubEvent } from './hub-reading.ts';

/** Where every single event has ended. Lists hold ids. */
export interface EventAccount {
  readonly sent: number;
  readonly documents: number;
  readonly deadLetters: number;
  readonly parked: number;
  /** Passed by the checkpoint and nowhere to be found, or never in the hub. */
  readonly lost: readonly string[];
  /** Not there yet, and the checkpoint has not passed them: they still come. */
  readonly waiting: readonly string[];
  /** In more than one place. */
  readonly doubled: readonly string[];
  /** In another kind of place than they should be. */
  readonly misplaced: readonly string[];
  /** With a document that speaks of another event. */
  readonly wrong: readonly string[];
  /** In the hub more than once, because their sender had no answer and sent them again. */
  readonly resent: readonly string[];
}

type PlaceKind = 'document' | 'dead-letter' | 'parked';

interface Place {
  readonly kind: PlaceKind;
  readonly key?: string;
  readonly enqueuedAt?: string;
}

/** Counts where events are, comparing every id. @param passed whether the checkpoint has passed a position */
export async function accountFor(
  to: ServiceConnections,
  sent: readonly ChaosEvent[],
  inHub: readonly HubEvent[],
  passed: (position: string) => boolean,
): Promise<EventAccount> {
  const places = await placesOf(to);
  const byId = Map.groupBy(inHub, ({ id }) => id);
  const account = {
    sent: sent.length,
    documents: 0,
    deadLetters: 0,
    parked: 0,
    lost: [] as string[],
    waiting: [] as string[],
    doubled: [] as string[],
    misplaced: [] as string[],
    wrong: [] as string[],
    resent: [] as string[],
  };
  const countOf = { document: 'documents', 'dead-letter': 'deadLetters', parked: 'parked' } as const;
  for (const event of sent) {
    const copies = byId.get(event.id) ?? [];
    if (copies.length === 0) account.lost.push(event.id);
    if (copies.length > 1) account.resent.push(event.id);
    for (const copy of copies) {
      const found = places.get(copy.position) ?? [];
      for (const { kind } of found) account[countOf[kind]] += 1;
      const verdict = verdictOf(event, copy, found, passed);
      if (verdict !== undefined) account[verdict].push(event.id);
    }
  }
  return account;
}

type Verdict = 'lost' | 'waiting' | 'doubled' | 'misplaced' | 'wrong';

function verdictOf(
  event: ChaosEvent,
  { position, enqueuedAt }: HubEvent,
  found: readonly Place[],
  passed: (position: string) => boolean,
): Verdict | undefined {
  const kinds = found.map(({ kind }) => kind).toSorted();
  if (kinds.length === 0) return passed(position) ? 'lost' : 'waiting';
  if (event.expected === 'conflict') return kinds.join() === 'dead-letter,document' ? undefined : 'misplaced';
  if (kinds.length > 1) return 'doubled';
  const [place] = found as [Place];
  // What is parked is a good event in its waiting room; it is counted as such.
  if (place.kind !== event.expected && place.kind !== 'parked') return 'misplaced';
  if (place.kind !== 'document') return undefined;
  return place.enqueuedAt === enqueuedAt && place.key === event.key ? undefined : 'wrong';
}

async function placesOf(to: ServiceConnections): Promise<Map<string, Place[]>> {
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

interface StreamDocument {
  readonly key?: string;
  readonly source: { readonly partition: string; readonly sequence: number; readonly enqueuedAt: string };
}

async function documentPlaces(connectionString: string): Promise<Placed[]> {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database(cosmos.database).container(cosmos.containers.predictions.name);
    const query = "SELECT c.key, c.source FROM c WHERE c.source.kind = 'stream'";
    const { resources } = await container.items.query<StreamDocument>(query, { maxItemCount: 1_000 }).fetchAll();
    return resources.map(({ key, source: { partition, sequence, enqueuedAt } }) => [
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
