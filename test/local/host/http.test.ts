import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { type FixtureHost, type FixtureOptions, fixtureFolder, startFixture } from './fixture-host.ts';

const startHttp = (options: FixtureOptions = {}) => startFixture(fixtureFolder('http'), options);

/** One host for all tests that want nothing special of it. */
let plain: FixtureHost;
const cleanUps: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  plain = await startHttp({ atEnd: (cleanUp) => cleanUps.push(cleanUp) });
});
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** Sends bytes as they are and reads until the server closes, or until it says `until`. */
async function sendRaw(url: string, request: string, until: RegExp): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(request);
  let answer = '';
  for await (const chunk of socket) {
    answer += chunk;
    if (until.test(answer)) break;
  }
  socket.destroy();
  return answer;
}

test('a handler sees method, address, parameters, query, headers and body', async () => {
  const { url } = plain;
  const answer = await fetch(`${url}/API/Echo/a%20b?x=1&X=2&empty=&q=a+b`, {
    method: 'POST',
    headers: { 'X-Custom': 'some value', 'content-type': 'application/json' },
    body: '{"ü":1}',
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    method: 'POST',
    url: `${url}/API/Echo/a%20b?x=1&X=2&empty=&q=a+b`,
    params: { name: 'a b' },
    query: [
      ['x', '1,2'],
      ['empty', ''],
      ['q', 'a b'],
    ],
    headers: { 'x-custom': 'some value', 'content-type': 'application/json' },
    body: '{"ü":1}',
    triggerMetadata: null,
  });
});

test('the trace of the caller goes on in the handler', async () => {
  const { url } = plain;
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const answer = await fetch(`${url}/api/echo`, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  const { traceParent } = (await answer.json()) as { traceParent: string };
  expect(traceParent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  expect(traceParent).not.toContain('b7ad6b7169203331');
});

test('a body in chunks is read like one with a length', async () => {
  const { url } = plain;
  const request =
    'POST /api/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n' +
    '5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n';
  expect(await sendRaw(url, request, /"body":"hello, world"/)).toContain('"body":"hello, world"');
});

test('status, headers, cookies and bytes of an answer arrive as the handler set them', async () => {
  const { url } = plain;
  const answer = await fetch(`${url}/api/bytes`);
  expect(answer.status).toBe(201);
  expect(answer.headers.get('x-custom')).toBe('yes');
  expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  expect(answer.headers.getSetCookie()).toEqual(['a=1; path=/; httponly', 'b=2; path=/']);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0, 255, 10]));
});

test.each([
  ['nothing', 204],
  ['throws', 500],
  ['text', 500],
  ['status/204', 204],
  ['status/304', 304],
])('%s is answered %d with an empty body', async (path, status) => {
  const { url } = plain;
  const answer = await fetch(`${url}/api/${path}`);
  expect([answer.status, await answer.text()]).toEqual([status, '']);
});

test('an error of a handler is in the log and not in the answer', async () => {
  const { url, lines } = plain;
  await fetch(`${url}/api/throws`);
  await eventually(() => lines.join('\n')).toMatch(/error Function\.throws: .*not today/);
});

test('an unknown path, another method and a function that is switched off are not found', async () => {
  const { url, functions } = await startHttp({ settings: { 'AzureWebJobs.text.Disabled': 'true' } });
  const statusOf = async (path: string, method = 'GET') => (await fetch(`${url}${path}`, { method })).status;
  expect(await statusOf('/api/unknown')).toBe(404);
  expect(await statusOf('/echo')).toBe(404);
  expect(await statusOf('/api/echo', 'DELETE')).toBe(404);
  expect(await statusOf('/api/echo', 'HEAD')).toBe(404);
  expect(await statusOf('/api/files/x', 'HEAD')).toBe(200);
  expect(await statusOf('/api/text')).toBe(404);
  expect(functions.map(({ name }) => name)).not.toContain('text');
});

test('a literal route goes before a catch-all, and the prefix may be empty', async () => {
  const { url } = await startHttp({ hostOverrides: { extensions__http__routePrefix: '' } });
  expect(await text((await fetch(`${url}/files/latest`)).body!)).toBe('the literal one');
  expect(await (await fetch(`${url}/files/a/b.csv`)).json()).toEqual({ path: 'a/b.csv' });
});

test('a body over the limit is answered 413, with and without a length, and the next call works', async () => {
  const { url } = await startHttp({ settings: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' } });
  const post = (body: string | ReadableStream) =>
    fetch(`${url}/api/echo`, { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect((await post('x'.repeat(1001))).status).toBe(413);
  expect((await post('x'.repeat(5_000_000))).status).toBe(413);
  const chunks = new ReadableStream({
    start(controller) {
      for (let index = 0; index < 11; index++) controller.enqueue(new TextEncoder().encode('x'.repeat(100)));
      controller.close();
    },
  });
  expect((await post(chunks)).status).toBe(413);
  expect((await post('x'.repeat(1000))).status).toBe(200);
});

test('headers over 32 KiB are refused', async () => {
  const { url } = plain;
  const statusWith = async (bytes: number) =>
    (await fetch(`${url}/api/echo`, { headers: { 'x-large': 'x'.repeat(bytes) } })).status;
  expect(await statusWith(20_000)).toBe(200);
  expect(await statusWith(33_000)).toBe(431);
});

test('calls beyond the limits wait, and beyond those are answered 429', async () => {
  const { url } = await startHttp({
    hostOverrides: { extensions__http__maxConcurrentRequests: '1', extensions__http__maxOutstandingRequests: '2' },
  });
  const startedAt = performance.now();
  const answers = await Promise.all([1, 2, 3].map(() => fetch(`${url}/api/waits/700`)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
  expect(performance.now() - startedAt).toBeGreaterThan(1390);
});

test('the host answers under /admin', async () => {
  const { url } = await startHttp({ settings: { 'AzureWebJobs.text.Disabled': 'true' } });
  const ping = await fetch(`${url}/admin/host/ping`);
  expect([ping.status, await ping.text()]).toEqual([200, '']);
  expect(await (await fetch(`${url}/admin/host/status`)).json()).toMatchObject({ state: 'Running', errors: [] });
  const functions = (await (await fetch(`${url}/admin/functions`)).json()) as { name: string; isDisabled: boolean }[];
  expect(functions.find(({ name }) => name === 'echo')?.isDisabled).toBe(false);
  expect(functions.find(({ name }) => name === 'text')?.isDisabled).toBe(true);
  expect((await fetch(`${url}/admin/else`)).status).toBe(404);
});

test('a call whose worker dies is answered 500, and the next one has a new worker', async () => {
  const { url } = await startHttp();
  const [dead, neighbour] = await Promise.all([fetch(`${url}/api/dies`), fetch(`${url}/api/waits/5000`)]);
  expect([dead.status, neighbour.status]).toEqual([500, 500]);
  expect((await fetch(`${url}/api/echo`)).status).toBe(200);
});

test('a caller who breaks off harms nobody else', async () => {
  const { url } = plain;
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST /api/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.destroy();
  expect((await fetch(`${url}/api/echo`)).status).toBe(200);
});

test('in a drain new calls are answered 503 and running ones in full', async () => {
  const { url, drain, ended } = await startHttp();
  const running = fetch(`${url}/api/waits/2000`);
  await eventually(async () => (await fetch(`${url}/api/echo`)).status).toBe(200);
  const drained = drain();
  await eventually(async () => (await fetch(`${url}/api/echo`)).status).toBe(503);
  expect((await running).status).toBe(200);
  await drained;
  expect(await ended).toEqual({ code: 0, signal: null });
});
