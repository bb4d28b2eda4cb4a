import { badRequest } from '../cosmos-error.ts';
import { limits } from '../limits.ts';
import type { JsonObject } from '../query/value.ts';
import type { Operation, OperationType } from './operation.ts';

const operationTypes: ReadonlySet<unknown> = new Set<OperationType>([
  'Create',
  'Upsert',
  'Read',
  'Replace',
  'Delete',
  'Patch',
]);

/**
 * The operations of a batch or bulk request.
 * @param partitionKey the request's, for operations without their own
 * @throws {CosmosError} when there are none, too many, or one of an unknown type
 */
export function readOperations(body: unknown, partitionKey: string | undefined): Operation[] {
  if (!Array.isArray(body) || body.length === 0 || body.length > limits.batchOperationsMax) {
    const got = Array.isArray(body) ? `${body.length}` : 'no list';
    throw badRequest(`A batch holds 1 to ${limits.batchOperationsMax} operations, got ${got}.`);
  }
  return body.map((given, place) => readOperation(given ?? {}, place, partitionKey));
}

function readOperation(given: JsonObject, place: number, partitionKey: string | undefined): Operation {
  const { operationType: type, id, resourceBody: body, partitionKey: own, ifMatch, ifNoneMatch } = given;
  if (!operationTypes.has(type)) {
    throw badRequest(`Operation ${place} of the batch has an unknown operationType: ${JSON.stringify(type)}.`);
  }
  return {
    type: type as OperationType,
    id: textOrNone(id),
    partitionKey: own === undefined ? partitionKey : (textOrNone(own) ?? JSON.stringify(own)),
    body,
    ifMatch: textOrNone(ifMatch),
    ifNoneMatch: textOrNone(ifNoneMatch),
  };
}

const textOrNone = (value: unknown) => (typeof value === 'string' ? value : undefined);
