import { createHmac } from 'node:crypto';
import type { CosmosServer } from '../../../local/cosmos/cosmos-server.ts';

export interface SignedRequest {
  readonly method?: string;
  /** From `dbs` on, not encoded. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** The server's own key unless said otherwise. */
  readonly key?: string;
}

/** A request such as the client sends, but with headers and bodies that the client never would. */
export function signedRequest(server: CosmosServer, request: SignedRequest): Promise<Response> {
  const { method = 'GET', path, headers = {}, body } = request;
  return fetch(`${server.endpoint}${path}`, {
    method,
    headers: { ...signatureHeaders(server, request), ...headers },
    ...(body !== undefined && { body }),
  });
}

/** The headers that let one request through. */
export function signatureHeaders(server: CosmosServer, request: SignedRequest): Record<string, string> {
  const { method = 'GET', path } = request;
  const key = request.key ?? /AccountKey=(.+);/.exec(server.connectionString)![1]!;
  const date = new Date().toUTCString();
  const segments = path.split('/').filter(Boolean);
  const isFeed = segments.length % 2 === 1;
  const type = segments.at(isFeed ? -1 : -2) ?? '';
  const link = (isFeed ? segments.slice(0, -1) : segments).join('/');
  const payload = `${method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(payload).digest('base64');
  return { authorization: encodeURIComponent(`type=master&ver=1.0&sig=${signature}`), 'x-ms-date': date };
}
