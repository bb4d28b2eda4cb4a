import type { Container } from '../store/container.ts';
import { resourceCharge } from '../store/request-charge.ts';
import { asDocuments, databaseOf, resourceAnswer } from './database-routes.ts';
import { type CosmosAnswer, type CosmosRequest, containerHeaders } from './exchange.ts';
import { answerQuery, everything, feedJson, isQuery, readQuery } from './query-request.ts';

export function postContainers(request: CosmosRequest): CosmosAnswer {
  if (isQuery(request)) return containers(request, readQuery(request));
  return containerAnswer(201, request.account.createContainer(databaseOf(request), request.body));
}

export function listContainers(request: CosmosRequest): CosmosAnswer {
  return containers(request, everything);
}

export function readContainer(request: CosmosRequest): CosmosAnswer {
  return containerAnswer(200, containerOf(request));
}

export function replaceContainer(request: CosmosRequest): CosmosAnswer {
  const container = containerOf(request);
  request.account.replaceContainer(databaseOf(request), container, request.body);
  return containerAnswer(200, container);
}

export function deleteContainer(request: CosmosRequest): CosmosAnswer {
  request.account.deleteContainer(databaseOf(request), containerOf(request));
  return { status: 204, charge: resourceCharge };
}

/** The one physical partition, which holds every hashed key. */
export function listKeyRanges(request: CosmosRequest): CosmosAnswer {
  const { definition } = containerOf(request);
  const range = {
    id: '0',
    _rid: definition._rid,
    _self: `${definition._self}pkranges/0/`,
    _etag: definition._etag,
    _ts: definition._ts,
    minInclusive: '',
    maxExclusive: 'FF',
    ridPrefix: 0,
    throughputFraction: 1,
    status: 'online',
    parents: [],
  };
  return { status: 200, charge: resourceCharge, json: feedJson('PartitionKeyRanges', [JSON.stringify(range)]) };
}

export function containerOf({ account, ids }: CosmosRequest): Container {
  return account.container(ids[0]!, ids[1]!);
}

function containers(request: CosmosRequest, query: typeof everything): CosmosAnswer {
  const definitions = [...databaseOf(request).containers.values()].map(({ definition }) => definition);
  return answerQuery(request, query, {
    name: 'DocumentCollections',
    queries: request.account.queries,
    documentsFrom: (position) => asDocuments(definitions, position),
  });
}

function containerAnswer(status: number, container: Container): CosmosAnswer {
  const answer = resourceAnswer(status, container.definition);
  return { ...answer, headers: { ...answer.headers, ...containerHeaders(container) } };
}
