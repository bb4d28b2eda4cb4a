import { chargeOf, runBatch, runBulk } from '../store/batch.ts';
import { containerOf } from './container-routes.ts';
import { type CosmosAnswer, type CosmosRequest, containerHeaders } from './exchange.ts';
import { header, isTrue, partitionKeyOf } from './request-headers.ts';

/** A transactional batch or a bulk request: the same body, told apart by a header. */
export function answerBatch(request: CosmosRequest): CosmosAnswer {
  const { account, headers, body } = request;
  account.assertWritable();
  const container = containerOf(request);
  const options = {
    partitionKey: partitionKeyOf(headers),
    isMinimal: header(headers, 'prefer') === 'return=minimal',
  };
  const continueOnError = header(headers, 'x-ms-cosmos-batch-continue-on-error')?.toLowerCase() !== 'false';
  const { status, items } = isTrue(headers, 'x-ms-cosmos-batch-atomic')
    ? runBatch(container, body, options)
    : runBulk(container, body, continueOnError, options);
  return { status, charge: chargeOf(items), json: JSON.stringify(items), headers: containerHeaders(container) };
}
