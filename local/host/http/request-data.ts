import type { IncomingMessage } from 'node:http';
import type { HttpData, TypedData } from '../worker/typed-data.ts';

/** A call as the worker gets it: names of headers in lower case, several values of a query joined by commas. */
export function toHttpData(
  request: IncomingMessage,
  params: Readonly<Record<string, string>>,
  body: Buffer,
): TypedData {
  const url = request.url ?? '/';
  const queryAt = url.indexOf('?');
  const http: HttpData = {
    method: request.method ?? 'GET',
    url: `http://${request.headers.host ?? 'localhost'}${url}`,
    nullableHeaders: headersOf(request),
    nullableParams: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { value }])),
    nullableQuery: queryAt < 0 ? {} : queryOf(url.slice(queryAt + 1)),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
  return { http };
}

function headersOf(request: IncomingMessage): Record<string, { value: string }> {
  const headers: Record<string, { value: string }> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = { value: Array.isArray(value) ? value.join(',') : value };
  }
  return headers;
}

/** Names that differ in case only are one name in ASP.NET: the first spelling is kept. */
function queryOf(text: string): Record<string, { value: string }> {
  const spelling = new Map<string, string>();
  const query: Record<string, { value: string }> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const key = spelling.get(name.toLowerCase()) ?? name;
    spelling.set(name.toLowerCase(), key);
    const earlier = query[key];
    query[key] = { value: earlier === undefined ? value : `${earlier.value},${value}` };
  }
  return query;
}
