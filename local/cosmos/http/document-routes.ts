import { checkOrderIndex } from '../query/order-index.ts';
import type { OperationResult, OperationType } from '../store/operation.ts';
import { runOperation } from '../store/run-operation.ts';
import { answerBatch } from './batch-route.ts';
import { answerChangeFeed } from './change-feed-route.ts';
import { containerOf } from './container-routes.ts';
import { type CosmosAnswer, type CosmosRequest, containerHeaders, type Handler } from './exchange.ts';
import { answerQueryPlan } from './query-plan.ts';
import { answerQuery, everything, isQuery, type QueryRequest, readQuery } from './query-request.ts';
import { checkKeyRange, header, isTrue, partitionKeyOf } from './request-headers.ts';

/** One address takes five kinds of requests, told apart by headers. */
export function postDocuments(request: CosmosRequest): CosmosAnswer {
  const { headers } = request;
  if (isTrue(headers, 'x-ms-cosmos-is-query-plan-request')) return answerQueryPlan(request);
  if (isTrue(headers, 'x-ms-cosmos-is-batch-request')) return answerBatch(request);
  if (isQuery(request)) return queryDocuments(request, readQuery(request));
  return operate(request, isTrue(headers, 'x-ms-documentdb-is-upsert') ? 'Upsert' : 'Create');
}

/** With the header A-IM the feed of changes, else all documents. */
export function listDocuments(request: CosmosRequest): CosmosAnswer {
  if (header(request.headers, 'a-im') !== undefined) return answerChangeFeed(request);
  return queryDocuments(request, everything);
}

export const onDocument =
  (type: OperationType): Handler =>
  (request) =>
    operate(request, type);

function operate(request: CosmosRequest, type: OperationType): CosmosAnswer {
  const container = containerOf(request);
  const { headers, body, ids, account } = request;
  if (type !== 'Read') account.assertWritable();
  const result = runOperation(container, {
    type,
    id: ids[2],
    partitionKey: partitionKeyOf(headers),
    body,
    ifMatch: header(headers, 'if-match'),
    ifNoneMatch: header(headers, 'if-none-match'),
  });
  return operationAnswer(result, containerHeaders(container));
}

function operationAnswer({ status, document, charge }: OperationResult, headers: Record<string, string>): CosmosAnswer {
  if (document === undefined) return { status, charge, headers };
  return { status, charge, json: JSON.stringify(document.body), headers: { ...headers, etag: document.etag } };
}

function queryDocuments(request: CosmosRequest, query: QueryRequest): CosmosAnswer {
  checkKeyRange(request.headers);
  const container = containerOf(request);
  const { documents, queries, definition } = container;
  checkOrderIndex(queries.get(query.text).orderPaths, definition.indexingPolicy);
  const partitionKey = partitionKeyOf(request.headers);
  const answer = answerQuery(request, query, {
    name: 'Documents',
    queries,
    documentsFrom: (position) => documents.documents(partitionKey, position),
  });
  return { ...answer, headers: { ...answer.headers, ...containerHeaders(container) } };
}
