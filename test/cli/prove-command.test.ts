import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FlexApp } from '../../src/adapters/releases/flex-app.ts';
import { azureDeeds } from '../../src/cli/proving/azure-deeds.ts';
import { proofReport } from '../../src/cli/proving/proof-report.ts';
import { prove } from '../../src/scoring/proving/prove.ts';
import type { ProofPlan, ProvingGround } from '../../src/scoring/proving/proving-ground.ts';
import { runInProcess } from './run-in-process.ts';

const plan: ProofPlan = { events: 90, eventsPerSecond: 1_000, calls: 4, minutesMax: 1 };

/** A system that is made of nothing, on a clock of its own. */
function madeUp(changes: Partial<ProvingGround> = {}) {
  const deeds: string[] = [];
  let sent = 0;
  let clockMs = 0;
  const ground: ProvingGround = {
    name: 'a made-up system',
    call: async () => 200,
    send: async (events) => {
      sent += events;
    },
    scored: async () => sent,
    kill: async () => 'killed',
    throttle: async () => 'throttled',
    release: async () => void deeds.push('released'),
    account: async () => ({
      isSound: true,
      brokenLines: [],
      madeAnew: [],
      partitions: [{ partition: '0', received: sent, gaps: [], doubles: [], unreceipted: [] } as never],
    }),
    requestUnits: async () => 10 * sent,
    instances: async () => 3,
    ...changes,
  };
  const time = {
    now: () => clockMs,
    date: () => new Date('2026-11-21T10:00:00Z'),
    sleep: async (ms: number) => (clockMs += Math.max(1, ms)),
  };
  return { run: () => prove(ground, plan, time, () => {}), deeds };
}

describe('a proof', () => {
  test('holds when every event is in its place, and says what was done', async () => {
    const { run, deeds } = madeUp();
    const proof = await run();
    expect(proof).toMatchObject({
      problems: [],
      done: ['killed', 'killed', 'throttled'],
      begunAt: '2026-11-21T10:00:00.000Z',
    });
    expect(proof.figures).toContainEqual({ what: 'request units a document', value: 10, unit: 'RU' });
    expect(deeds.length).toBeGreaterThan(0);
    expect(proofReport(proof)).toContain('It holds');
  });

  test('ends when its time is over, and lets go what it throttled', async () => {
    const { run, deeds } = madeUp({ scored: async () => 3 });
    const proof = await run();
    expect(proof.problems).toEqual(['1 minutes are over, and every event as a document did not come.']);
    expect(deeds).toContain('released');
    expect(proofReport(proof)).toContain('It does not hold');
  });

  test('does not hold when events are missing, calls fail, or something stays throttled', async () => {
    const account = async () => ({
      isSound: false,
      brokenLines: [],
      madeAnew: [],
      partitions: [{ partition: '0', received: 89, gaps: ['7'], doubles: [], unreceipted: [] } as never],
    });
    let calls = 0;
    const { run } = madeUp({ account, call: async () => (calls++ === 2 ? 503 : 200) });
    expect((await run()).problems).toEqual([
      '1 of 4 calls were not answered with 200.',
      '90 events were sent, and 89 were received.',
      'Not every event has its one place: see sluice reconcile.',
    ]);
    const { run: other } = madeUp({ release: async () => Promise.reject(new Error('no right')) });
    expect((await other()).problems.join()).toContain('What was throttled is throttled still: no right');
  });
});

describe('on Azure, as its management answers', () => {
  const asked: string[] = [];
  let throughput: object | undefined = { properties: { resource: { autoscaleSettings: { maxThroughput: 12_000 } } } };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method} ${(request.url ?? '').split('?')[0]} ${body}`.trim());
    const isThroughput = request.url?.includes('/throughputSettings/');
    if (isThroughput && throughput === undefined) return void response.writeHead(404).end('serverless');
    const metrics = { value: [{ timeseries: [{ data: [{ total: 40, maximum: 1 }, {}, { total: 2, maximum: 5 }] }] }] };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(isThroughput ? throughput : metrics));
  });
  const deeds = () => {
    const management = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const address = { management, subscription: 's', group: 'g', token: async () => 'token' };
    return azureDeeds(new FlexApp({ ...address, app: 'a' }), {
      ...address,
      app: 'a',
      account: 'c',
      since: '2026-11-21T10:00:00.000Z',
    });
  };
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  test('the app is restarted, its container throttled, and put back as it was', async () => {
    const azure = deeds();
    await azure.kill();
    expect(await azure.throttle()).toBe('The container of scores was put from 12000 to 1000 RU/s at most.');
    await azure.release();
    await azure.release();
    expect(await azure.requestUnits()).toBe(42);
    expect(await azure.instances()).toBe(5);
    const settings =
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/c/sqlDatabases/scoring/containers/predictions/throughputSettings/default';
    const put = (most: number) =>
      `PUT ${settings} {"properties":{"resource":{"autoscaleSettings":{"maxThroughput":${most}}}}}`;
    expect(asked.slice(0, 4)).toEqual([
      'POST /subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a/restart',
      `GET ${settings}`,
      put(1_000),
      put(12_000),
    ]);
    expect(asked).toHaveLength(6);
  });

  test('a serverless account is not throttled, and that is no fault', async () => {
    throughput = undefined;
    expect(await deeds().throttle()).toBeUndefined();
  });
});

test.each([
  [['--azure', '--events', '900000000'], 2, /This would cost at most .* and --budget is 5/],
  [['--azure'], 1, /It would send 3000 events, restart the app twice/],
  [['--azure', '--yes'], 2, /Say --\w+, or set [A-Z_]+/],
  [['now'], 2, /one word too many/],
  [[], 3, /The local twin does not run/],
])('sluice prove %j ends with %d', async (args, code, message) => {
  const ended = await runInProcess(['prove', ...args], { twinFolder: '/nowhere' });
  expect(ended.code).toBe(code);
  expect(ended.out + ended.err).toMatch(message);
});
