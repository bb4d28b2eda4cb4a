import type { JsonObject } from '../query/value.ts';
import type { Database } from '../store/account.ts';
import { resourceCharge } from '../store/request-charge.ts';
import type { CosmosAnswer, CosmosRequest } from './exchange.ts';
import { answerQuery, everything, isQuery, readQuery } from './query-request.ts';

export function postDatabases(request: CosmosRequest): CosmosAnswer {
  if (isQuery(request)) return databases(request, readQuery(request));
  return resourceAnswer(201, request.account.createDatabase(request.body).definition);
}

export function listDatabases(request: CosmosRequest): CosmosAnswer {
  return databases(request, everything);
}

export function readDatabase(request: CosmosRequest): CosmosAnswer {
  return resourceAnswer(200, databaseOf(request).definition);
}

export function deleteDatabase(request: CosmosRequest): CosmosAnswer {
  request.account.deleteDatabase(databaseOf(request));
  return { status: 204, charge: resourceCharge };
}

export function databaseOf({ account, ids }: CosmosRequest): Database {
  return account.database(ids[0]!);
}

function databases(request: CosmosRequest, query: typeof everything): CosmosAnswer {
  const definitions = [...request.account.databases.values()].map(({ definition }) => definition);
  return answerQuery(request, query, {
    name: 'Databases',
    queries: request.account.queries,
    documentsFrom: (position) => asDocuments(definitions, position),
  });
}

/** Definitions in the shape of documents, so that the one query engine serves them too. */
export function asDocuments(definitions: readonly JsonObject[], position: number) {
  return definitions.map((body, place) => ({ body, bytes: 0, position: place })).slice(position);
}

export function resourceAnswer(status: number, definition: JsonObject & { _etag: string }): CosmosAnswer {
  return {
    status,
    charge: resourceCharge,
    json: JSON.stringify(definition),
    headers: { etag: definition._etag },
  };
}
