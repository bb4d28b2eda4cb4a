import { badRequest } from '../cosmos-error.ts';

/** What a URL names: `dbs/shop/colls/orders/docs/1` is the document 1, and without the 1 the feed of documents. */
export interface ResourceAddress {
  /** The path with every id replaced by a star, by which requests are told apart. */
  readonly shape: string;
  readonly ids: readonly string[];
  /** Type and link as the signature of a request has them. */
  readonly resourceType: string;
  readonly resourceLink: string;
}

/** @throws {CosmosError} when the path is not properly encoded */
export function resourceAddress(url: string): ResourceAddress {
  const segments = pathOf(url).split('/').filter(Boolean).map(decode);
  const isFeed = segments.length % 2 === 1;
  const ids = segments.filter((_, place) => place % 2 === 1);
  const types = segments.filter((_, place) => place % 2 === 0);
  return {
    shape: segments.map((segment, place) => (place % 2 === 1 ? '*' : segment)).join('/'),
    ids,
    resourceType: types.at(-1) ?? '',
    resourceLink: (isFeed ? segments.slice(0, -1) : segments).join('/'),
  };
}

const pathOf = (url: string) => url.split('?', 1)[0]!;

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`The URL is not properly encoded at '${segment}'.`);
  }
}
