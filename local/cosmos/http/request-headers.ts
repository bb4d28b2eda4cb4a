import type { IncomingHttpHeaders } from 'node:http';
import { badRequest, notServed } from '../cosmos-error.ts';

/** How many items a page has when the client leaves it to the service, and when it asks for as many as possible. */
const itemsPerPage = { byDefault: 100, max: 1_000 } as const;

export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

export function isTrue(headers: IncomingHttpHeaders, name: string): boolean {
  return header(headers, name)?.toLowerCase() === 'true';
}

/** @throws {CosmosError} when the wanted number of items is none */
export function itemsMaxOf(headers: IncomingHttpHeaders): number {
  const wanted = header(headers, 'x-ms-max-item-count');
  if (wanted === undefined) return itemsPerPage.byDefault;
  const count = Number(wanted);
  if (count === -1) return itemsPerPage.max;
  if (!Number.isInteger(count) || count < 1) {
    throw badRequest(`The header x-ms-max-item-count takes -1 or a number of items from 1, got '${wanted}'.`);
  }
  return Math.min(count, itemsPerPage.max);
}

export const partitionKeyOf = (headers: IncomingHttpHeaders) => header(headers, 'x-ms-documentdb-partitionkey');

/**
 * There is one physical partition, and nobody may ask for a part of it.
 * @throws {CosmosError} when someone does
 */
export function checkKeyRange(headers: IncomingHttpHeaders): void {
  const [start, end] = [header(headers, 'x-ms-start-epk') ?? '', header(headers, 'x-ms-end-epk') ?? 'FF'];
  if (start !== '' || end !== 'FF') {
    throw notServed(`reading a range of hashed partition keys (${start} to ${end}); name a partition key instead`);
  }
}
