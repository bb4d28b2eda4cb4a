import type { IncomingHttpHeaders } from 'node:http';
import type { RequestFacts } from '../../faults/fault-injector.ts';
import { header, isTrue } from './request-headers.ts';
import type { ResourceAddress } from './resource-address.ts';

const documents = /^dbs\/\*\/colls\/\*\/docs(\/\*)?$/;

/** Who wants what of a container's documents; undefined for requests about anything else. */
export function requestFacts(
  method: string,
  { shape, ids }: ResourceAddress,
  headers: IncomingHttpHeaders,
): RequestFacts | undefined {
  if (!documents.test(shape)) return undefined;
  const isBatch = isTrue(headers, 'x-ms-cosmos-is-batch-request');
  return { container: ids[1], isWrite: method !== 'GET' && !asks(headers), isBatch };
}

/** Queries and their plans come as POST, like writes. */
function asks(headers: IncomingHttpHeaders): boolean {
  return (
    isTrue(headers, 'x-ms-documentdb-isquery') ||
    isTrue(headers, 'x-ms-cosmos-is-query-plan-request') ||
    (header(headers, 'content-type') ?? '').startsWith('application/query+json')
  );
}
