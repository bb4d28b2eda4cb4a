import { createServer } from 'node:net';

/** Whether a server can listen on this port of this machine now. */
function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** The wanted port when it is free, else 0: the system then gives a free one to whoever listens. */
export const wantedOrAny = async (port: number, host = '127.0.0.1'): Promise<number> =>
  port !== 0 && (await isFree(port, host)) ? port : 0;
