import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultInjector, type RequestFacts, type Strike } from '../faults/fault-injector.ts';
import { Outage } from '../faults/outage.ts';
import { StorageTraffic, storagePlaceOf } from './storage-traffic.ts';

/** What goes wrong on purpose in one of Azurite's servers, and how many requests it had. */
export interface StorageFaults {
  readonly faults: FaultInjector;
  readonly outage: Outage;
  readonly traffic: StorageTraffic;
}

/** Stands before everything that Azurite does with a request. To be called before the server listens. */
export function standBefore(service: 'blob' | 'queue', server: Server): StorageFaults {
  const faults = new FaultInjector(service);
  const outage = new Outage(server);
  const traffic = new StorageTraffic();
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const facts = factsOf(request);
    traffic.count(storagePlaceOf(request), facts.isWrite);
    const serve = () => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    const strike = faults.strike(facts);
    if (strike === undefined) serve();
    else strikeRequest(strike, request, response, serve);
  });
  return { faults, outage, traffic };
}

/** The path begins with the account, then comes the container or queue. */
function factsOf({ method, url = '/' }: IncomingMessage): RequestFacts {
  const [, , container] = url.split('?', 1)[0]!.split('/');
  return { container: container || undefined, isWrite: method !== 'GET' && method !== 'HEAD', isBatch: false };
}

async function strikeRequest(
  strike: Strike,
  request: IncomingMessage,
  response: ServerResponse,
  serve: () => void,
): Promise<void> {
  switch (strike.kind) {
    case 'throttle':
      return refuse(response, 503, 'ServerBusy', { 'retry-after': String(Math.ceil(strike.retryAfterMs / 1000)) });
    case 'status':
      return refuse(response, strike.status, codes[strike.status] ?? 'InternalError');
    case 'slow':
      await delay(strike.delayMs);
      return serve();
    case 'reset':
      return void request.socket.destroy();
    case 'lost-answer':
      cutAnswer(response, 0);
      return serve();
    case 'truncate':
      cutAnswer(response, 0.5);
      return serve();
    case 'partition-full':
    case 'some-items':
      throw new Error(`Storage has no fault ${strike.kind}.`);
  }
}

const codes: Readonly<Record<number, string>> = { 408: 'RequestTimeout', 500: 'InternalError', 503: 'ServerBusy' };

/** Refuses in the words of the service. A body that is still coming is read and dropped. */
function refuse(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void {
  response.req.resume();
  response.writeHead(status, { ...headers, 'content-type': 'application/xml', 'x-ms-error-code': code });
  response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

/** Of the answer only a share of its first piece goes out, then the connection is cut. */
function cutAnswer(response: ServerResponse, share: number): void {
  const write = response.write.bind(response);
  const cut = (chunk?: unknown) => {
    const bytes = typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0);
    const part = bytes.subarray(0, Math.floor(bytes.length * share));
    if (part.length === 0) response.destroy();
    else write(part, () => response.destroy());
    // Azurite has done its work, and Event Grid hears of it whatever the caller does.
    response.emit('finish');
  };
  response.write = ((chunk: unknown) => {
    cut(chunk);
    return true;
  }) as ServerResponse['write'];
  response.end = ((chunk?: unknown) => {
    cut(chunk);
    return response;
  }) as ServerResponse['end'];
}
