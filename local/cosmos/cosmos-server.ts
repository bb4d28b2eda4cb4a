import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { FaultInjector } from '../faults/fault-injector.ts';
import { Outage } from '../faults/outage.ts';
import { emulatorKey } from './http/authorization.ts';
import { requestListener } from './http/request-listener.ts';
import { Traffic } from './http/traffic.ts';
import { sweepExpired } from './store/expiry.ts';
import { openAccount } from './store/open-account.ts';

export interface CosmosServerOptions {
  /** 0 or absent takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** SQLite file that keeps everything over a restart; in memory when absent. */
  readonly file?: string;
}

export interface CosmosServer {
  readonly port: number;
  /** With a slash at the end. */
  readonly endpoint: string;
  readonly connectionString: string;
  /** What goes wrong on purpose. */
  readonly faults: FaultInjector;
  readonly outage: Outage;
  readonly traffic: Traffic;
  /** Documents of each container, as `database/container`. */
  documentCounts(): Readonly<Record<string, number>>;
  /** Ends the server; all that was answered is in the file afterwards. A second call does nothing more. */
  close(): Promise<void>;
}

/** Longer than clients pause between two requests, so that they find their connection alive. */
const keepAliveMs = 60_000;

/**
 * Starts a Cosmos DB account for NoSQL on this machine: what the client `@azure/cosmos` needs of it, with one physical
 * partition for each container.
 * @throws {Error} when the port is taken or the file cannot be used
 */
export async function startCosmosServer(options: CosmosServerOptions = {}): Promise<CosmosServer> {
  const { port: wantedPort = 0, host = '127.0.0.1', file } = options;
  const account = openAccount(file);
  const faults = new FaultInjector('cosmos');
  const traffic = new Traffic();
  const server = createServer({ keepAliveTimeout: keepAliveMs }, requestListener({ account, faults, traffic }));
  const outage = new Outage(server);
  server.on('clientError', refuse);
  try {
    await listen(server, wantedPort, host);
  } catch (error) {
    account.close();
    throw error;
  }
  const stopSweeping = sweepExpired(account);
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
  let closed: Promise<void> | undefined;
  return {
    port,
    endpoint,
    connectionString: `AccountEndpoint=${endpoint};AccountKey=${emulatorKey};`,
    faults,
    outage,
    traffic,
    documentCounts: () => account.documentCounts(),
    close() {
      stopSweeping();
      closed ??= outage
        .end()
        .then(() => stop(server))
        .then(() => account.close());
      return closed;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken' : error.message;
      reject(new Error(`The Cosmos DB server cannot listen on ${host}:${port}: ${reason}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

/** Clients keep connections open that they do not use; these would hold up the end for a minute. */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Bytes that are no HTTP get a short answer, as far as anybody listens. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable)
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  else socket.destroy();
}
