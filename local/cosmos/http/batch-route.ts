import { type BatchAnswer, type BatchOptions, chargeOf, runBatch, runBulk } from '../store/batch.ts';
import type { Container } from '../store/container.ts';
import { containerOf } from './container-routes.ts';
import { type CosmosAnswer, type CosmosRequest, containerHeaders } from './exchange.ts';
import { failBatch, runBulkInPart } from './failed-items.ts';
import { header, isTrue, partitionKeyOf } from './request-headers.ts';

/** A transactional batch or a bulk request: the same body, told apart by a header. */
export function answerBatch(request: CosmosRequest): CosmosAnswer {
  const { account, headers } = request;
  account.assertWritable();
  const container = containerOf(request);
  const options = {
    partitionKey: partitionKeyOf(headers),
    isMinimal: header(headers, 'prefer') === 'return=minimal',
  };
  const { status, items } = runOperations(container, request, options);
  return { status, charge: chargeOf(items), json: JSON.stringify(items), headers: containerHeaders(container) };
}

function runOperations(container: Container, request: CosmosRequest, options: BatchOptions): BatchAnswer {
  const { headers, body, failing } = request;
  if (isTrue(headers, 'x-ms-cosmos-batch-atomic')) {
    return failing === undefined ? runBatch(container, body, options) : failBatch(body, failing);
  }
  if (failing !== undefined) return runBulkInPart(container, body, options, failing);
  const continueOnError = header(headers, 'x-ms-cosmos-batch-continue-on-error')?.toLowerCase() !== 'false';
  return runBulk(container, body, continueOnError, options);
}
