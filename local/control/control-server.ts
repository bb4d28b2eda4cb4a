import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Call, type CallAnswer, type Dispatch, type Remote, remoteOf } from './remote-calls.ts';

/** Where the control of a twin listens, and the word that opens it: whoever reads the twin's files may use it. */
export interface ControlAddress {
  readonly url: string;
  readonly token: string;
}

export interface ControlServer {
  readonly address: ControlAddress;
  close(): Promise<void>;
}

const bodyBytesMax = 1 << 20;

/**
 * Offers the methods of an object to other processes of this machine: POST {method, args}.
 * It belongs to the twin alone; the app that is shipped has nothing of the kind.
 */
export async function startControlServer(dispatch: Dispatch): Promise<ControlServer> {
  const token = randomBytes(24).toString('hex');
  const server = createServer(async (request, response) => {
    if (!isAllowed(request, token)) {
      response.writeHead(401).end();
      return;
    }
    try {
      const { method, args } = JSON.parse(await bodyOf(request)) as Pick<Call, 'method' | 'args'>;
      const answer = await dispatch(method, args).then(
        (result) => ({ result }),
        (error: Error) => ({ error: error.message }),
      );
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(400).end((error as Error).message);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: { url: `http://127.0.0.1:${port}/`, token },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A page in a browser can post to this machine, but it does not know the token. */
function isAllowed({ method, headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return method === 'POST' && given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error(`A call has at most ${bodyBytesMax} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Calls what a control server offers. @throws {Error} what the method threw, or that nobody answers */
export function controlClient<T>({ url, token }: ControlAddress): Remote<T> {
  return remoteOf<T>(async (method, args) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ method, args }),
    });
    if (!response.ok) throw new Error(`The control of the twin answered ${response.status}: ${await response.text()}`);
    const { result, error } = (await response.json()) as Pick<CallAnswer, 'result' | 'error'>;
    if (error !== undefined) throw new Error(error);
    return result;
  });
}
