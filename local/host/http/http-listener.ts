import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FunctionDefinition, HttpTrigger } from '../app/function-definition.ts';
import type { FunctionInvoker } from '../invoke/function-invoker.ts';
import { type Log, messageOf } from '../log.ts';
import type { HttpSettings } from '../settings/http-settings.ts';
import { type AdminOptions, answerAdmin } from './admin-routes.ts';
import { answerEmpty, answerFunction } from './answer.ts';
import { readBody } from './request-body.ts';
import { toHttpData } from './request-data.ts';
import { RequestThrottle } from './request-throttle.ts';
import { type RouteMatch, RouteTable } from './route-table.ts';

export interface HttpListenerOptions {
  readonly functions: readonly FunctionDefinition<HttpTrigger>[];
  readonly settings: HttpSettings;
  readonly admin: AdminOptions;
  readonly invoker: FunctionInvoker;
  readonly log: Log;
}

const drainRefusedBodyMs = 5000;
/** Both as Kestrel has them, the server of the Functions host. */
const headerBytesMax = 32_768;
const keepAliveMs = 130_000;

/** The host's HTTP server: finds the function of a call, runs it and writes its answer. */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #routes: RouteTable;
  readonly #throttle: RequestThrottle;
  readonly #server: Server;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: HttpListenerOptions) {
    this.#options = options;
    this.#routes = new RouteTable(options.functions, options.settings.routePrefix);
    this.#throttle = new RequestThrottle(options.settings);
    this.#server = createServer({ maxHeaderSize: headerBytesMax }, (request, response) =>
      this.#accept(request, response),
    );
    this.#server.keepAliveTimeout = keepAliveMs;
  }

  /**
   * @param port 0 takes a free one
   * @returns the port
   * @throws {Error} when the port is taken
   */
  async start(port: number): Promise<number> {
    const listening = Promise.withResolvers<void>();
    this.#server.once('error', (error: NodeJS.ErrnoException) =>
      listening.reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `The host cannot listen on port ${port} of 127.0.0.1: it is taken. Name another port, or end what uses it.`,
            )
          : error,
      ),
    );
    this.#server.listen(port, '127.0.0.1', () => listening.resolve());
    await listening.promise;
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** From now on every call is answered 503; resolves when those that run are answered. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #accept(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (this.#stopping.signal.aborted) refuse(request, response, 503);
    else if (!answerAdmin(request, response, path, this.#options.admin)) this.#dispatch(request, response, path);
  }

  #dispatch(request: IncomingMessage, response: ServerResponse, path: string): void {
    const match = this.#routes.find(request.method ?? 'GET', path);
    const turn = match && this.#throttle.enter();
    if (match === undefined) answerUnknown(request, response, path);
    else if (turn === undefined) refuse(request, response, 429);
    else this.#begin(turn.then(() => this.#run(request, response, match)));
  }

  #begin(call: Promise<void>): void {
    this.#running.add(call);
    call.finally(() => {
      this.#running.delete(call);
      this.#throttle.leave();
    });
  }

  /** It never throws: a call that breaks off half-way harms nobody else. */
  async #run(request: IncomingMessage, response: ServerResponse, { definition, params }: RouteMatch): Promise<void> {
    try {
      const body = await readBody(request, this.#options.settings.bodyBytesMax);
      if (typeof body === 'number') return refuse(request, response, body);
      const traceParent = request.headers.traceparent as string | undefined;
      const input = { data: toHttpData(request, params, body), traceParent };
      const outcome = await this.#options.invoker.invoke(definition, () => input, this.#stopping.signal);
      if (outcome.kind === 'succeeded') answerFunction(response, outcome.returnValue);
      else answerEmpty(response, outcome.kind === 'stopped' ? 503 : 500);
    } catch (error) {
      // Without the query, which may carry a key.
      this.#options.log('warning', 'Host.Http', `${request.method} ${definition.name}: ${messageOf(error)}`);
      if (response.headersSent) response.destroy();
      else answerEmpty(response, 500);
    }
  }
}

/** The first page says that somebody is there; all else is not found. */
function answerUnknown(request: IncomingMessage, response: ServerResponse, path: string): void {
  request.resume();
  if (path === '/' && request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('The local Functions host is running.\n');
  } else answerEmpty(response, 404);
}

/** Answers before the body is read. The rest of it is taken in for a while, or the sender might never see the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  answerEmpty(response, status);
  request.resume();
  const timer = setTimeout(() => request.destroy(), drainRefusedBodyMs);
  request.once('close', () => clearTimeout(timer));
}
