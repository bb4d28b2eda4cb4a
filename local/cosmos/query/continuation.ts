import { QueryError } from './query-error.ts';
import type { Value } from './value.ts';

/** Where a row stands among all rows of a query: by what it sorts by, then by its document, then within the document. */
export interface RowPlace {
  readonly keys: readonly Value[];
  /** The document's position in its container. */
  readonly position: number;
  /** The row's number among those that JOIN made of the document. */
  readonly ordinal: number;
}

/** How far a query has been answered. */
export interface Continuation {
  readonly delivered: number;
  /**
   * The last row delivered. It lets the next page go on behind that row also when documents came or went in between;
   * without it, as many rows are skipped as were delivered.
   */
  readonly after: RowPlace | undefined;
}

export const startOfQuery: Continuation = { delivered: 0, after: undefined };

/** A header holds the token, and the client reads no more than 16 KB of headers. */
const tokenLengthMax = 4096;

/** A text for a header. Keys are wrapped in arrays, since JSON has no undefined. */
export function continuationToken(delivered: number, after?: RowPlace): string {
  const keys = after?.keys.map((key) => (key === undefined ? [] : [key]));
  const place = after && { keys, position: after.position, ordinal: after.ordinal };
  const token = encode({ delivered, after: place });
  return token.length > tokenLengthMax ? encode({ delivered }) : token;
}

const encode = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');

/** @throws {QueryError} when it is no token of this server, or one of a query with another ORDER BY */
export function readContinuation(token: string | undefined, keyCount: number): Continuation {
  if (token === undefined) return startOfQuery;
  const { delivered, after } = decode(token);
  const isPlace = after === undefined || (Array.isArray(after.keys) && after.keys.length === keyCount);
  if (!Number.isInteger(delivered) || !isPlace) throw invalid();
  return { delivered, after: after && { ...after, keys: after.keys.map(([key]: Value[]) => key) } };
}

function decode(token: string) {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw invalid();
  }
}

const invalid = () => new QueryError('Invalid continuation token: it is not of this query.');
