import { badRequest } from '../cosmos-error.ts';
import { limits } from '../limits.ts';
import type { JsonObject, Value } from '../query/value.ts';

export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value: Value;
  /** Where `move` takes its value from. */
  readonly from: string | undefined;
}

export interface Patch {
  readonly operations: readonly PatchOperation[];
  /** What follows SELECT * in a query that must find the document. */
  readonly condition: string | undefined;
}

/** @throws {CosmosError} when a request's body is no patch */
export function readPatch(body: unknown): Patch {
  const { operations, condition }: JsonObject = Array.isArray(body)
    ? { operations: body }
    : ((body ?? {}) as JsonObject);
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('A patch needs a list of operations.');
  }
  if (operations.length > limits.patchOperationsMax) {
    throw badRequest(`A patch holds at most ${limits.patchOperationsMax} operations, got ${operations.length}.`);
  }
  if (condition !== undefined && typeof condition !== 'string') throw badRequest('The patch condition must be a text.');
  return { operations: operations.map(readOperation), condition };
}

function readOperation(given: unknown): PatchOperation {
  const { op, path, value, from } = (given ?? {}) as JsonObject;
  if (typeof op !== 'string' || typeof path !== 'string' || !path.startsWith('/')) {
    throw badRequest(`A patch operation needs an op and a path that starts with /, got ${JSON.stringify(given)}.`);
  }
  return { op, path, value, from: typeof from === 'string' ? from : undefined };
}
