import { afterAll, beforeAll, expect, test } from 'vitest';
import { codes } from '../../../src/core/codes.ts';
import { httpStatusOf } from '../../../src/core/protocols/status-codes.ts';
import { readings } from '../bundled-model.ts';
import { type Answered, type HttpClient, httpClient } from './http-client.ts';
import { Mutator, type SeedCall, seedCalls } from './mutations.ts';

let client: HttpClient;
beforeAll(async () => {
  client = await httpClient();
});
afterAll(() => client.close());

const send = ({ method, path, query = '', headers, body }: SeedCall): Promise<Answered> =>
  client.call(method, path, body, { headers, query });

const calls = 10_000;

/** Whether a body is JSON, or JSON up to where a header says that binary data begin. */
function isWellFramed({ body, headers }: SeedCall): boolean {
  const length = Number(headers['inference-header-content-length'] ?? body.length);
  try {
    JSON.parse(Buffer.from(body.subarray(0, length)).toString());
    return true;
  } catch {
    return false;
  }
}

/** Codes that only what reads rows and tensors gives. */
const ofDecoders = /^(feature|number|timestamp|key|record|tensor|csv)\./;

test('every well made call is answered', async () => {
  for (const call of seedCalls()) expect([call.path, (await send(call)).status]).toEqual([call.path, 200]);
});

test('of 10,000 spoilt calls over all routes and methods none is a fault of the server', async () => {
  const mutator = new Mutator(20261121);
  const histogram = new Map<string, number>();
  let [framed, reached] = [0, 0];
  const right = (await client.call('POST', '/models/machine-failure/score', readings(1))).json.scores;
  for (let i = 0; i < calls; i++) {
    const call = mutator.next();
    const answer = await send(call);
    const code: string | undefined = answer.json?.error?.code ?? answer.json?.code;
    const what = code ?? /\((\w+\.\w+), request/.exec(answer.text)?.[1] ?? 'none';
    histogram.set(`${answer.status} ${what}`, (histogram.get(`${answer.status} ${what}`) ?? 0) + 1);
    if (isWellFramed(call)) framed++;
    if (answer.status === 200 || ofDecoders.test(what)) reached++;
    expect(answer.status, `${call.method} ${call.path} ${Buffer.from(call.body).toString('latin1')}`).toBeLessThan(500);
    if (answer.status >= 400) {
      expect(Object.keys(codes)).toContain(what);
      expect(answer.status).toBe(httpStatusOf(what as keyof typeof codes));
    }
    if (i % 100 === 0) {
      expect((await client.call('POST', '/models/machine-failure/score', readings(1))).json.scores).toEqual(right);
    }
  }
  const lines = [...histogram]
    .sort(([, a], [, b]) => b - a)
    .map(([what, count]) => `${String(count).padStart(6)} ${what}`);
  process.stdout.write(
    `answers to ${calls} spoilt calls, ${framed} of them well framed, ${reached} read to the end:\n${lines.join('\n')}\n`,
  );
  expect(framed).toBeGreaterThan(calls / 2);
  expect(reached).toBeGreaterThan(calls / 5);
  expect(client.log.lines).toEqual([]);
});
