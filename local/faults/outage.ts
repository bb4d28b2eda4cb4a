import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * How a dark service looks from outside. `cut`: connections are made and die at once, as behind a gateway that lives.
 * `refuse`: nobody listens. Clients take the two for different things, and some wait much longer after the second one.
 */
export type Darkness = 'cut' | 'refuse';

const listenAgainMs = 50;

/** Makes a server dark for a while: every connection that is open is cut. */
export class Outage {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #end: PromiseWithResolvers<void> | undefined;
  #over: Promise<void> = Promise.resolve();
  #isCutting = false;

  /** @param server of TCP or HTTP, before it has clients */
  constructor(server: Server) {
    this.#server = server;
    server.prependListener('connection', (socket: Socket) => {
      if (this.#isCutting) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Begins one, in place of one that lasts. */
  async begin(durationMs: number, how: Darkness = 'cut'): Promise<void> {
    await this.end();
    const end = Promise.withResolvers<void>();
    const timer = setTimeout(end.resolve, durationMs);
    this.#end = end;
    this.#over = this.#stayDark(how, end.promise).finally(() => clearTimeout(timer));
  }

  /** Resolves when the server is reached again. */
  end(): Promise<void> {
    this.#end?.resolve();
    return this.#over;
  }

  async #stayDark(how: Darkness, end: Promise<void>): Promise<void> {
    const address = this.#server.address() as AddressInfo | null;
    this.#isCutting = true;
    if (how === 'refuse') this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await end;
    if (how === 'refuse' && address !== null) await this.#listenAgain(address);
    this.#isCutting = false;
  }

  /** While nobody listened, somebody else may have got the port for a moment. */
  async #listenAgain({ port, address: host }: AddressInfo): Promise<void> {
    while (!this.#server.listening) {
      await new Promise<void>((resolve) => {
        const fail = async () => {
          await delay(listenAgainMs);
          resolve();
        };
        this.#server.once('error', fail);
        this.#server.listen(port, host, () => {
          this.#server.off('error', fail);
          resolve();
        });
      });
    }
  }
}
