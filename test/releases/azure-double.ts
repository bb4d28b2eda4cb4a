import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the double was asked, and what it shall answer. */
export interface AzureDouble {
  readonly url: string;
  /** Packages that were published, in order. */
  readonly published: Buffer[];
  /** Method and path of every request, with the token that it carried. */
  readonly requests: string[];
  /** Functions that the management lists, one answer after the other; the last one stays. */
  functionLists: string[][];
  /** States of a deployment, one answer after the other; the last one stays. */
  states: number[];
  /** What the app answers to a call, by the package that runs. */
  answer: (published: Buffer, path: string, body: string) => { status: number; body: object };
  close(): Promise<void>;
}

export const token = 'token-of-the-test';
const site = '/subscriptions/sub-1/resourceGroups/rg-1/providers/Microsoft.Web/sites/func-1';

/**
 * Azure as the deployment sees it, at one address: the site and its functions as Resource Manager answers them, the
 * publishing of a package as the deployment service does, and the app. Shapes and paths are those of the Azure CLI and of
 * the REST reference; Azure itself was not asked.
 */
export async function startAzureDouble(): Promise<AzureDouble> {
  const double = {
    published: [] as Buffer[],
    requests: [] as string[],
    functionLists: [[]] as string[][],
    states: [4],
    answer: (() => ({ status: 200, body: {} })) as AzureDouble['answer'],
  };
  const server = createServer(async (request, response) => {
    const body = await bytesOf(request);
    const { authorization = '-', host, 'content-type': contentType } = request.headers;
    const path = request.url ?? '';
    double.requests.push(`${request.method} ${path} ${authorization}`);
    const asked: Asked = {
      method: request.method ?? '',
      path,
      authorization,
      contentType,
      body,
      base: `http://${host}`,
    };
    const [status, answer] = answerOf(double, asked);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(double, {
    url,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
  readonly base: string;
}

const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T;

function answerOf(double: Omit<AzureDouble, 'url' | 'close'>, asked: Asked): [number, unknown] {
  const { method, path, authorization, contentType, body } = asked;
  if (path.startsWith('/models/') || path === '/v2') {
    const { status, body: answer } = double.answer(double.published.at(-1) as Buffer, path, body.toString());
    return [status, answer];
  }
  if (authorization !== `Bearer ${token}`) return [401, 'no token'];
  if (path.startsWith(site)) return siteAnswer(double, path, asked.base);
  if (method === 'POST' && path.startsWith('/api/publish?RemoteBuild=false')) {
    if (contentType !== 'application/zip') return [415, 'no zip'];
    double.published.push(body);
    return [202, '"d1"'];
  }
  if (path !== '/api/deployments/d1') return [404, `nobody serves ${path}`];
  const status = next(double.states);
  return [200, { id: 'd1', status, complete: status > 2, status_text: status === 3 ? 'it is broken' : '' }];
}

function siteAnswer(
  { functionLists }: Pick<AzureDouble, 'functionLists'>,
  path: string,
  base: string,
): [number, unknown] {
  if (path === `${site}?api-version=2024-04-01`) {
    const hostNameSslStates = [
      { name: `${base}/app`, hostType: 'Standard' },
      { name: base, hostType: 'Repository' },
    ];
    return [200, { properties: { defaultHostName: base, hostNameSslStates } }];
  }
  if (path !== `${site}/functions?api-version=2024-04-01`) return [404, `nobody serves ${path}`];
  return [200, { value: next(functionLists).map((name) => ({ name: `func-1/${name}` })), nextLink: null }];
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
