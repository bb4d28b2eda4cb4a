import { CosmosError } from '../cosmos-error.ts';
import { QueryError } from '../query/query-error.ts';
import type { JsonObject } from '../query/value.ts';
import { readOperations } from './batch-request.ts';
import type { Container } from './container.ts';
import type { Operation, OperationResult } from './operation.ts';
import { refusalCharge } from './request-charge.ts';
import { runOperation } from './run-operation.ts';

/** What one operation of a batch or bulk request answers. */
export interface BatchItem {
  readonly statusCode: number;
  readonly subStatusCode?: number;
  readonly requestCharge: number;
  readonly eTag?: string;
  readonly resourceBody?: JsonObject;
  readonly message?: string;
}

export interface BatchAnswer {
  /** 207 says that not every operation was done. */
  readonly status: 200 | 207;
  readonly items: readonly BatchItem[];
}

export interface BatchOptions {
  /** The request's partition key, which holds for operations without their own. */
  readonly partitionKey: string | undefined;
  /** Writes answer without the document that they wrote. */
  readonly isMinimal: boolean;
}

/** What is not done because another operation failed. */
const failedDependency: BatchItem = { statusCode: 424, requestCharge: 0 };

/**
 * A transactional batch: every operation is done, or none. Nothing else runs in between, since nothing here waits.
 * @throws {CosmosError} when the request is no batch
 */
export function runBatch(container: Container, body: unknown, options: BatchOptions): BatchAnswer {
  const operations = readOperations(body, options.partitionKey);
  const results: OperationResult[] = [];
  for (const operation of operations) {
    try {
      results.push(runOperation(container, operation));
    } catch (error) {
      undo(container, results);
      const failed = itemOfError(error);
      const items = operations.map((_, place) => (place === results.length ? failed : failedDependency));
      return { status: 207, items };
    }
  }
  return { status: 200, items: results.map((result, place) => itemOf(result, operations[place]!, options)) };
}

/** The last change is undone first. */
function undo(container: Container, results: readonly OperationResult[]): void {
  for (const { change } of results.toReversed()) {
    if (change) container.documents.undo(change.before, change.after);
  }
}

/**
 * A bulk request: each operation stands for itself.
 * @param continueOnError when false, the first failure keeps the rest from being done
 * @throws {CosmosError} when the request is no bulk request
 */
export function runBulk(
  container: Container,
  body: unknown,
  continueOnError: boolean,
  options: BatchOptions,
): BatchAnswer {
  let isStopped = false;
  const items = readOperations(body, options.partitionKey).map((operation): BatchItem => {
    if (isStopped) return failedDependency;
    try {
      return itemOf(runOperation(container, operation), operation, options);
    } catch (error) {
      isStopped = !continueOnError;
      return itemOfError(error);
    }
  });
  return { status: items.some(({ statusCode }) => statusCode >= 400) ? 207 : 200, items };
}

export function chargeOf(items: readonly BatchItem[]): number {
  return items.reduce((sum, { requestCharge }) => sum + requestCharge, 0);
}

function itemOf({ status, document, charge }: OperationResult, { type }: Operation, { isMinimal }: BatchOptions) {
  const item: BatchItem = { statusCode: status, requestCharge: charge };
  if (document === undefined) return item;
  const withTag = { ...item, eTag: document.etag };
  return isMinimal && type !== 'Read' ? withTag : { ...withTag, resourceBody: document.body };
}

function itemOfError(error: unknown): BatchItem {
  if (error instanceof QueryError) {
    return { statusCode: 400, requestCharge: refusalCharge, message: error.toServiceMessage() };
  }
  if (!(error instanceof CosmosError)) throw error;
  const { status, substatus = 0, message } = error;
  return { statusCode: status, subStatusCode: substatus, requestCharge: refusalCharge, message };
}
