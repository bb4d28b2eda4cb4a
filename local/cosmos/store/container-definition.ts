import { badRequest } from '../cosmos-error.ts';
import { limits } from '../limits.ts';
import type { IndexingPolicy } from '../query/order-index.ts';
import { isObject, type JsonObject, type Value } from '../query/value.ts';
import { checkTtl } from './document.ts';
import type { ResourceDefinition } from './persistence.ts';

/** A container as it is described by and to clients. */
export interface ContainerDefinition extends ResourceDefinition {
  partitionKey: { paths: string[]; kind: string; version: number };
  indexingPolicy: IndexingPolicy & JsonObject;
  uniqueKeyPolicy: { uniqueKeys: { paths: string[] }[] };
  /** Seconds; -1 keeps documents that name no lifetime of their own. */
  defaultTtl?: number;
}

/** What a client decides about a container; the rest is the server's. */
export type ContainerSettings = Pick<
  ContainerDefinition,
  'id' | 'partitionKey' | 'indexingPolicy' | 'uniqueKeyPolicy'
> & {
  defaultTtl?: number;
};

/** @throws {CosmosError} when this describes no container that the service would make */
export function containerSettings(body: unknown): ContainerSettings {
  const given = checkResource(body);
  const settings: ContainerSettings = {
    id: given.id,
    partitionKey: partitionKeyOf(given.partitionKey),
    indexingPolicy: indexingPolicyOf(given.indexingPolicy),
    uniqueKeyPolicy: { uniqueKeys: uniqueKeysOf(given.uniqueKeyPolicy) },
  };
  const ttl = given.defaultTtl;
  if (ttl === undefined || ttl === null) return settings;
  checkTtl(ttl);
  return { ...settings, defaultTtl: ttl as number };
}

/** @throws {CosmosError} when this is no object with the id of a database or container */
export function checkResource(body: unknown): JsonObject & { id: string } {
  const id = isObject(body as Value) ? (body as JsonObject).id : undefined;
  if (typeof id !== 'string' || id === '') {
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing.");
  }
  if (/[/\\?#]/.test(id) || id.endsWith(' ') || id.length > limits.resourceIdLengthMax) {
    throw badRequest(
      `The id '${id}' is invalid: it must have at most ${limits.resourceIdLengthMax} characters, none of / \\ ? #, ` +
        'and must not end with a space.',
    );
  }
  return body as JsonObject & { id: string };
}

function partitionKeyOf(given: Value): ContainerDefinition['partitionKey'] {
  const paths = isObject(given) ? pathsOf(given.paths) : undefined;
  if (paths === undefined || paths.length === 0 || paths.length > limits.partitionKeyPathsMax) {
    throw badRequest(
      `The partition key definition is invalid: expected 1 to ${limits.partitionKeyPathsMax} paths such as /key, ` +
        `got ${JSON.stringify(given)}.`,
    );
  }
  return { paths, kind: paths.length > 1 ? 'MultiHash' : 'Hash', version: 2 };
}

function uniqueKeysOf(given: Value): { paths: string[] }[] {
  const keys = isObject(given) ? given.uniqueKeys : [];
  if (!Array.isArray(keys)) throw badRequest('The unique key policy is invalid: expected a list uniqueKeys.');
  return keys.map((key) => {
    const paths = isObject(key) ? pathsOf(key.paths) : undefined;
    if (paths === undefined) throw badRequest(`The unique key ${JSON.stringify(key)} is invalid: expected paths.`);
    return { paths };
  });
}

function pathsOf(given: Value): string[] | undefined {
  const isList = Array.isArray(given) && given.every((path) => typeof path === 'string' && /^\/./.test(path));
  return isList ? (given as string[]) : undefined;
}

/** All properties are indexed unless the client says otherwise, as in the service. */
function indexingPolicyOf(given: Value): ContainerDefinition['indexingPolicy'] {
  return {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: [{ path: '/*' }],
    excludedPaths: [{ path: '/"_etag"/?' }],
    ...(isObject(given) ? given : {}),
  };
}
