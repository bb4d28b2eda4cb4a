import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Code, codes } from '../../../src/core/codes.ts';
import { ScoringError } from '../../../src/core/fault.ts';
import { dialects } from '../../../src/core/protocols/dialects.ts';
import { headOf } from '../../../src/core/protocols/refusal.ts';
import { tableRowsOf } from '../../docs/markdown.ts';
import { type HttpClient, httpClient } from './http-client.ts';

/** The table of docs/operations.md: code, status, meaning, what to do. */
const documented = tableRowsOf('docs/operations.md')
  .filter(([code]) => /^`(?!sluice\.)[a-z_]+\.[a-z0-9_]+`$/.test(code ?? ''))
  .map(([code = '', status = '']) => [code.slice(1, -1), Number(status)] as const);

const fault = { code: 'feature.missing', path: '/rows/3/torque', expected: 'a number', got: 'nothing' } as const;

/** Where each dialect has its message, its code, its id and its faults. */
const shapes = {
  // biome-ignore lint/suspicious/noExplicitAny: each dialect has a shape of its own.
  plain: (json: any) => json.error,
  openInference: (json: object) => ({ ...json, message: (json as { error: string }).error }),
  kserveV1: (json: object) => ({ ...json, message: (json as { error: string }).error }),
  mlflow: (json: object) => json,
  azureMl: (json: object) => json,
} as const;

describe.each(Object.keys(shapes) as (keyof typeof shapes)[])('%s', (name) => {
  test.each(documented)('%s is %i in its own shape, with all that a person needs', (code, status) => {
    const refusal = { code: code as Code, message: codes[code as Code], faults: [fault] };
    const answer = dialects[name].refuse(refusal, 'r-1');
    expect(answer.status).toBe(status);
    if (status === 503 || status === 429) expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    if (name === 'mlflow' && status === 415) {
      expect(answer.body).toBe(`${refusal.message} (${code}, request r-1)\n`);
      return;
    }
    expect(answer.headers['content-type']).toBe('application/json');
    const json = JSON.parse(String(answer.body));
    expect(shapes[name](json)).toMatchObject({ message: refusal.message, code, requestId: 'r-1', faults: [fault] });
    expect(JSON.stringify(json)).not.toMatch(/stack|node_modules|\.ts:/);
  });

  test('lists a hundred faults and counts the others', () => {
    const refusal = { code: fault.code, message: 'm', faults: Array.from({ length: 150 }, () => fault) };
    const json = JSON.parse(String(dialects[name].refuse(refusal, 'r').body));
    expect(shapes[name](json).faults).toHaveLength(100);
    expect(shapes[name](json)).toMatchObject({ faultsNotShown: 50 });
  });
});

test('what may heal says when to come again', () => {
  expect(headOf({ code: 'sink.unavailable', message: 'm' })).toEqual({ status: 503, headers: { 'retry-after': '5' } });
});

describe('what breaks inside', () => {
  let client: HttpClient;
  beforeAll(async () => {
    client = await httpClient();
  });
  afterAll(() => client.close());

  test.each([
    ['openInference', '/v2/models/halves/infer', '/v2/models/nobody/infer', 'error'],
    ['kserveV1', '/v1/models/halves:predict', '/v1/models/nobody:predict', 'error'],
    ['mlflow', '/invocations', '/invocations/nobody', 'message'],
  ] as const)('is told in the shape of %s', async (_, __, path, member) => {
    const { status, json } = await client.call('POST', path, {});
    expect(status).toBe(404);
    expect(typeof (json[member] ?? json.error.message)).toBe('string');
  });

  test('is logged, and told to nobody else', async () => {
    const registry = client.registry as { use: unknown };
    const use = registry.use;
    registry.use = () => Promise.reject(new Error('secret path /home/x'));
    const answer = await client.call('POST', '/v2/models/halves/infer', { inputs: [] });
    registry.use = () => Promise.reject(new ScoringError('model.not_ready', 'it loads', { retryable: true }));
    const loading = await client.call('POST', '/score', { data: [] });
    registry.use = use;
    expect([answer.status, answer.json.code, answer.text.includes('secret')]).toEqual([
      500,
      'internal.unexpected',
      false,
    ]);
    expect(JSON.stringify(client.log.lines)).toContain('secret path');
    expect([loading.status, loading.json.message, loading.headers['x-ms-run-function-failed']]).toEqual([
      503,
      'it loads',
      'True',
    ]);
  });
});
