import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import type { CallLimits } from '../../../src/scoring/http/call-limits.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { scoreRequest } from '../../../src/scoring/score-request.ts';
import { bundledModels, keepingLog, readings } from '../bundled-model.ts';
import { requestScoring } from './request-scoring.ts';

const scorePath = '/models/machine-failure/score';
const body = Buffer.from(JSON.stringify(readings(1)));

let registry: ModelRegistry;
beforeAll(() => {
  registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
});
afterAll(() => registry.release());

/** An app whose callers say how their bodies come in. */
function app(limits: Partial<CallLimits>, isAnonymous = true) {
  const scoring = requestScoring({ registry, limits, access: { isAnonymous } });
  return async (method: string, path: string, readBody: () => Uint8Array | Promise<Uint8Array>) => {
    const call = { method, path, query: '', header: () => undefined, readBody };
    const answer = await scoreRequest(scoring, call, keepingLog());
    return { status: answer.status, text: String(answer.body) };
  };
}

describe('a caller that nobody knows', () => {
  test.each(['POST /models/machine-failure/score', 'POST /v2/models/machine-failure/infer', 'POST /invocations'])(
    'is refused before the body is read: %s',
    async (line) => {
      const [method = '', path = ''] = line.split(' ');
      let reads = 0;
      const { status } = await app({}, false)(method, path, () => {
        reads++;
        return body;
      });
      expect([status, reads]).toEqual([401, 0]);
    },
  );

  test('takes no turn from those who are known', async () => {
    const call = app({ callsMax: 1, callsWaitingMax: 1 }, false);
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', scorePath, () => body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  });
});

describe('while no call more is let in', () => {
  const probes = ['/', '/status', '/ping', '/health', '/version', '/v2', '/v2/health/live', '/v2/health/ready'];

  test('whoever asks how the app is hears it all the same', async () => {
    const call = app({ callsMax: 1, callsWaitingMax: 1 });
    await call('GET', '/v2/health/ready', () => body);
    const bodies = [Promise.withResolvers<Uint8Array>(), Promise.withResolvers<Uint8Array>()];
    const held = bodies.map(({ promise }) => call('POST', scorePath, () => promise));
    expect((await call('POST', scorePath, () => body)).status).toBe(429);
    for (const path of probes) expect([path, (await call('GET', path, () => body)).status]).toEqual([path, 200]);
    for (const { resolve } of bodies) resolve(body);
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a body that comes in slowly', () => {
  test('is 408 when its time is over, by the name of the limit, and leaves its turn to the next one', async () => {
    const call = app({ bodyMs: 20, callsMax: 1 });
    const never = new Promise<Uint8Array>(() => {});
    const slow = call('POST', scorePath, () => never);
    const next = call('POST', scorePath, () => body);
    const { status, text } = await slow;
    expect([status, JSON.parse(text).error.code]).toEqual([408, 'body.too_slow']);
    expect(text).toContain('within 20 ms (app setting SLUICE_CALL_BODY_SECONDS)');
    expect((await next).status).toBe(200);
  });

  test('that comes in time is read', async () => {
    const late = new Promise<Uint8Array>((resolve) => setTimeout(resolve, 20, body));
    expect((await app({})('POST', scorePath, () => late)).status).toBe(200);
  });

  test('that breaks off is an answer, and no hanging call', async () => {
    const broken = () => Promise.reject(new Error('aborted'));
    expect((await app({})('POST', scorePath, broken)).status).toBe(500);
  });
});

test('the limit of rows is that of the app, and named', async () => {
  const rows = Buffer.from(JSON.stringify(readings(4)));
  const { status, text } = await app({ rowsMax: 3 })('POST', scorePath, () => rows);
  expect([status, JSON.parse(text).error.code]).toEqual([413, 'request.too_many_rows']);
  expect(text).toContain('at most 3 rows (app setting SLUICE_CALL_ROWS), got 4');
});
