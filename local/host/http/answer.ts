import type { ServerResponse } from 'node:http';
import type { HttpData, TypedData } from '../worker/typed-data.ts';
import { toSetCookie } from './set-cookie.ts';

/** Headers that belong to one connection, or that the server sets from the body itself. */
const ownHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** Ends a call with a status and no body. */
export function answerEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

/** Ends a call with what the function returned; nothing returned is 204. */
export function answerFunction(response: ServerResponse, returnValue: TypedData | null): void {
  if (returnValue?.http === undefined) answerEmpty(response, 204);
  else answerHttp(response, returnValue.http);
}

function answerHttp(response: ServerResponse, http: HttpData): void {
  const status = Number(http.statusCode ?? 200);
  const body = Buffer.from(http.body?.bytes ?? []);
  const headers = headersOf(http);
  const mayHaveBody = status !== 204 && status !== 205 && status !== 304;
  response.writeHead(status, mayHaveBody ? [...headers, 'content-length', String(body.length)] : headers);
  response.end(mayHaveBody ? body : undefined);
}

/** Names and values in turn, so that several cookies can share one name. */
function headersOf(http: HttpData): string[] {
  const headers: string[] = [];
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!ownHeaders.has(name.toLowerCase())) headers.push(name, value);
  }
  for (const cookie of http.cookies ?? []) headers.push('set-cookie', toSetCookie(cookie));
  return headers;
}
