import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Outage } from '../faults/outage.ts';

/** A TCP port on which clients are accepted. */
export interface Listener {
  readonly port: number;
  /** Clients connected now. */
  readonly connections: number;
  /** @returns how many there were */
  cutConnections(): number;
  readonly outage: Outage;
  /** Cuts all connections and frees the port. */
  close(): Promise<void>;
}

const connectionsMax = 1_000;

/**
 * Listens on a port and hands each client's socket on.
 * @throws {Error} when the port is taken
 */
export async function listen(port: number, host: string, onSocket: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  server.maxConnections = connectionsMax;
  const outage = new Outage(server);
  server.listen(port, host);
  await once(server, 'listening');
  const cutConnections = () => {
    const count = sockets.size;
    for (const socket of sockets) socket.destroy();
    return count;
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return sockets.size;
    },
    cutConnections,
    outage,
    async close() {
      await outage.end();
      if (!server.listening) return;
      const closed = [server, ...sockets].map((open) => once(open, 'close'));
      server.close();
      cutConnections();
      await Promise.all(closed);
    },
  };
}
