import { badRequest } from '../cosmos-error.ts';
import type { Page } from '../query/page.ts';
import type { QueryCache } from '../query/query-cache.ts';
import { type QueryDocument, queryPage } from '../query/query-page.ts';
import { isObject, type JsonObject, type Value } from '../query/value.ts';
import { queryCharge } from '../store/request-charge.ts';
import type { CosmosAnswer, CosmosRequest } from './exchange.ts';
import { header, isTrue, itemsMaxOf } from './request-headers.ts';

export interface QueryRequest {
  readonly text: string;
  readonly parameters: ReadonlyMap<string, Value>;
}

/** A read of a whole feed is this query. */
export const everything: QueryRequest = { text: 'SELECT * FROM c', parameters: new Map() };

/** A POST on a feed creates a resource or asks a query; the client says which. */
export function isQuery({ headers }: CosmosRequest): boolean {
  const contentType = header(headers, 'content-type') ?? '';
  return isTrue(headers, 'x-ms-documentdb-isquery') || contentType.startsWith('application/query+json');
}

/** @throws {CosmosError} when a request's body is no query */
export function readQuery({ body }: CosmosRequest): QueryRequest {
  const { query: text, parameters = [] } = isObject(body as Value) ? (body as JsonObject) : {};
  if (typeof text !== 'string') throw badRequest('The input content is invalid: expected an object with a query.');
  if (!Array.isArray(parameters)) throw badRequest("The query's parameters must be a list.");
  return { text, parameters: new Map(parameters.map(readParameter)) };
}

function readParameter(given: Value): [string, Value] {
  const { name, value } = isObject(given) ? given : {};
  if (typeof name === 'string' && name.startsWith('@')) return [name, value];
  throw badRequest(`A query parameter needs a name that starts with @, got ${JSON.stringify(given)}.`);
}

/** Answers one page of a query over resources. */
export function answerQuery(
  request: CosmosRequest,
  { text, parameters }: QueryRequest,
  feed: { name: string; queries: QueryCache; documentsFrom: (position: number) => Iterable<QueryDocument> },
): CosmosAnswer {
  const page = queryPage(feed.queries.get(text), {
    parameters,
    documentsFrom: feed.documentsFrom,
    itemsMax: itemsMaxOf(request.headers),
    token: header(request.headers, 'x-ms-continuation'),
  });
  return pageAnswer(feed.name, page);
}

function pageAnswer(name: string, page: Page): CosmosAnswer {
  return {
    status: 200,
    charge: queryCharge(page),
    json: feedJson(name, page.items),
    headers: {
      'x-ms-item-count': `${page.items.length}`,
      ...(page.token !== undefined && { 'x-ms-continuation': page.token }),
    },
  };
}

/** A feed's body, put together from items that are JSON already. */
export function feedJson(name: string, items: readonly string[]): string {
  return `{"_rid":"","${name}":[${items.join()}],"_count":${items.length}}`;
}
