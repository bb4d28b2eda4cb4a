import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readings } from '../bundled-model.ts';
import { type HttpClient, httpClient } from './http-client.ts';

let client: HttpClient;
beforeAll(async () => {
  client = await httpClient();
  // Models are loaded, and the code is warm, before time and memory are looked at.
  for (const path of paths) for (let i = 0; i < 20; i++) await client.call('POST', path, '[{"a":1},');
});
afterAll(() => client.close());

const paths = [
  '/models/machine-failure/score',
  '/v1/models/machine-failure:predict',
  '/v1/models/halves:predict',
  '/v2/models/machine-failure/infer',
  '/v2/models/halves/infer',
  '/v2/repository/index',
  '/invocations',
  '/score',
];

const deep = '['.repeat(1_000_000);
const manyNames = `{${Array.from({ length: 1_000_000 }, (_, i) => `"${i.toString(36)}":1`).join()}}`.slice(0, 8 << 20);
const sameName = `{${'"a":1,'.repeat(1_000_000)}"a":1}`;
const manyObjects = `[${'{},'.repeat(1_000_000)}{}]`;
const hundredMb = brotliCompressSync(Buffer.alloc(100 << 20));
const hundredMbGzip = gzipSync(Buffer.alloc(100 << 20));

const msMax = 100;
const mbMax = 50;
const triesMax = 20;

/**
 * Processor time and memory that a call takes; the best of some tries, since the machine has other things to do. What
 * costs too much by itself does so at each of them.
 */
async function costOf(call: () => Promise<{ status: number }>) {
  let best = { status: 0, ms: Number.POSITIVE_INFINITY, mb: Number.POSITIVE_INFINITY };
  for (let i = 0; i < triesMax && (best.ms >= msMax || best.mb >= mbMax); i++) {
    const before = process.memoryUsage();
    const started = process.cpuUsage();
    const { status } = await call();
    const used = process.cpuUsage(started);
    const ms = (used.user + used.system) / 1_000;
    const after = process.memoryUsage();
    const mb = (after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers) / 2 ** 20;
    best = { status, ms: Math.min(best.ms, ms), mb: Math.min(best.mb, mb) };
  }
  return best;
}

describe.each(paths)('%s refuses at once', (path) => {
  test.each([
    ['a depth of 1,000,000', deep, {}],
    ['a depth of 1,000,000 in a tensor', `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":${deep}`, {}],
    ['a million names', manyNames, {}],
    ['one name a million times', sameName, {}],
    ['a million objects', manyObjects, {}],
    ['100 MiB out of a few bytes of brotli', hundredMb, { 'content-encoding': 'br' }],
    ['100 MiB out of 100 KB of gzip', hundredMbGzip, { 'content-encoding': 'gzip' }],
  ])('%s', async (_, body, headers) => {
    const { status, ms, mb } = await costOf(() => client.call('POST', path, body, { headers }));
    expect([400, 413, 415]).toContain(status);
    expect(ms).toBeLessThan(msMax);
    expect(mb).toBeLessThan(mbMax);
  });
});

test('100 MiB came out of less than 200 bytes', () => {
  expect(hundredMb.length).toBeLessThan(200);
});

describe('the size of a body', () => {
  test.each([
    ['rows', '/models/machine-failure/score', 8 << 20, 'SLUICE_CALL_ROWS_MB'],
    ['tensors', '/v2/models/halves/infer', 64 << 20, 'SLUICE_CALL_TENSORS_MB'],
  ])('of %s is limited, and the limit named', async (_, path, bytesMax, setting) => {
    const { status, json } = await client.call('POST', path, Buffer.alloc(bytesMax + 1, ' '));
    expect([status, json.code ?? json.error.code]).toEqual([413, 'body.too_large']);
    expect(JSON.stringify(json)).toContain(`${bytesMax} bytes (app setting ${setting})`);
    expect((await client.call('POST', path, Buffer.alloc(bytesMax, ' '))).status).toBe(400);
  });

  test('can be set', async () => {
    const small = await httpClient({ limits: { rowBytesMax: 100, tensorBytesMax: 200 } });
    expect((await small.call('POST', '/models/machine-failure/score', ' '.repeat(101))).status).toBe(413);
    expect((await small.call('POST', '/v2/models/halves/infer', ' '.repeat(201))).status).toBe(413);
    expect((await small.call('POST', '/v2/models/halves/infer', ' '.repeat(200))).status).toBe(400);
    await small.close();
  });

  test('of rows is limited after it was decompressed too', async () => {
    const body = gzipSync(Buffer.alloc((8 << 20) + 1, ' '));
    const { status, json } = await client.call('POST', '/score', body, { headers: { 'content-encoding': 'gzip' } });
    expect([status, json.code]).toEqual([413, 'body.too_large']);
    expect(json.message).toContain('when decompressed');
  });
});

describe('the encoding of a body', () => {
  const score = (body: Uint8Array, encoding: string) =>
    client.call('POST', '/models/machine-failure/score', body, { headers: { 'content-encoding': encoding } });
  const text = JSON.stringify(readings(2));

  test.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', Buffer.from(text)],
    ['GZIP', gzipSync(text)],
  ])('%s is read', async (encoding, body) => {
    expect((await score(body, encoding)).json.scores).toHaveLength(2);
  });

  test.each([
    ['gzip', Buffer.from(text), 400, 'body.malformed_encoding'],
    ['gzip', gzipSync(text).subarray(0, 40), 400, 'body.malformed_encoding'],
    ['br', Buffer.from('nonsense'), 400, 'body.malformed_encoding'],
    ['zstd', Buffer.from(text), 415, 'encoding.unsupported'],
    ['gzip, gzip', gzipSync(gzipSync(text)), 415, 'encoding.unsupported'],
  ])('%s that is none is refused', async (encoding, body, status, code) => {
    const answer = await score(body, encoding);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });
});

describe('calls', () => {
  const one = readings(1);

  test('that take too long are 504, named by the limit, and others go on', async () => {
    const hasty = await httpClient({ limits: { callMs: 0 } });
    const { status, json } = await hasty.call('POST', '/models/machine-failure/score', one);
    expect([status, json.error.code]).toEqual([504, 'request.timed_out']);
    expect(json.error.message).toContain('within 0 ms');
    await hasty.close();
  });

  test('wait for their turn, and are refused when too many do', async () => {
    const narrow = await httpClient({ limits: { callsMax: 2, callsWaitingMax: 3 } });
    await narrow.call('POST', '/models/machine-failure/score', one);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => narrow.call('POST', '/models/machine-failure/score', one)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429, 429, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers['retry-after']).toBe('1');
    expect(refused?.json.error).toMatchObject({
      code: 'request.overloaded',
      message: expect.stringContaining('3 calls'),
    });
    expect((await narrow.call('POST', '/models/machine-failure/score', one)).status).toBe(200);
    await narrow.close();
  });

  test('hold so many bytes at once', async () => {
    const narrow = await httpClient({ limits: { callsBytesMax: 1_000 } });
    expect((await narrow.call('POST', '/score', ' '.repeat(1_001))).status).toBe(429);
    expect((await narrow.call('POST', '/models/machine-failure/score', one)).status).toBe(200);
    await narrow.close();
  });

  test('of 1,000 at once, half of them bad, each gets its own answer', async () => {
    const rows = readings(500);
    const alone = await Promise.all(rows.map((row) => client.call('POST', '/models/machine-failure/score', row)));
    const both = await Promise.all(
      rows.flatMap((row, i) => [
        client.call('POST', '/models/machine-failure/score', row, { headers: { 'x-request-id': `good-${i}` } }),
        client.call(
          'POST',
          '/score',
          { data: [{ ...row, torque: -1 - i }] },
          { headers: { 'x-request-id': `bad-${i}` } },
        ),
      ]),
    );
    for (const [i, row] of rows.entries()) {
      const [good, bad] = both.slice(2 * i, 2 * i + 2);
      expect(row).toBeDefined();
      expect([good?.headers['x-request-id'], good?.json.scores]).toEqual([`good-${i}`, alone[i]?.json.scores]);
      expect([bad?.status, bad?.json.requestId, bad?.json.faults[0].got]).toEqual([400, `bad-${i}`, String(-1 - i)]);
    }
  });
});
