import type { IncomingHttpHeaders } from 'node:http';
import type { SeededRandom } from '../../devices/seeded-random.ts';
import type { Account } from '../store/account.ts';
import type { Container } from '../store/container.ts';

/** A request, read and authorised. */
export interface CosmosRequest {
  readonly account: Account;
  readonly headers: IncomingHttpHeaders;
  /** The ids in the path: database, container, document. */
  readonly ids: readonly string[];
  /** The JSON of the body; undefined when there is none. */
  readonly body: unknown;
  /** There when a fault makes some of its operations fail; says which. */
  readonly failing?: SeededRandom | undefined;
}

export interface CosmosAnswer {
  readonly status: number;
  /** Request units. */
  readonly charge: number;
  /** JSON; absent where the status alone says it. */
  readonly json?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (request: CosmosRequest) => CosmosAnswer;

/** What the client learns with every answer about a container: which one, and how far its own writes have come. */
export function containerHeaders({ definition, documents }: Container): Record<string, string> {
  return {
    'x-ms-content-path': definition._rid,
    'x-ms-session-token': `0:-1#${documents.lastLsn}`,
  };
}
