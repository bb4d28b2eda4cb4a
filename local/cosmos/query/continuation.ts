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
  try {
    const { delivered, after } = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Number.isInteger(delivered)) return { delivered, after: after && readPlace(after, keyCount) };
  } catch {
    // Whatever the token lacks, the answer is the same.
  }
  throw new QueryError('Invalid continuation token: it is not of this query.');
}

function readPlace({ keys, position, ordinal }: { keys: Value[][]; position: number; ordinal: number }, count: number) {
  if (keys.length !== count || !Number.isInteger(position) || !Number.isInteger(ordinal)) throw new Error('no place');
  return { keys: keys.map(([key]) => key), position, ordinal };
}
