import { beforeEach, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { ScoringError } from '../../src/core/fault.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import type { ModelRepository } from '../../src/scoring/ports.ts';
import { scoreRequest } from '../../src/scoring/score-request.ts';
import { bundledModels, keepingLog, readings } from './bundled-model.ts';
import { requestScoring } from './http/request-scoring.ts';
import { changedRepository, MemorySink, unavailable } from './memory-ports.ts';

let sink: MemorySink;
let registry: ModelRegistry;
let log: ReturnType<typeof keepingLog>;
const repository = new FileModelRepository(bundledModels);

const use = (changes: Partial<ModelRepository>) => {
  registry = new ModelRegistry(changedRepository(repository, changes), loadOnnxScorer);
};

beforeEach(() => {
  sink = new MemorySink();
  log = keepingLog();
  use({});
});

async function call(method: string, path: string, body: unknown = '', headers: Record<string, string> = {}) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const request = { method, path, query: '', header: (name: string) => headers[name], readBody: () => bytes };
  const answer = await scoreRequest(requestScoring({ registry, sink }), request, log);
  return { ...answer, json: JSON.parse(String(answer.body)) };
}

const score = (body: unknown, headers?: Record<string, string>) =>
  call('POST', '/models/machine-failure/score', body, headers);

test('rows come back as scores, in order', async () => {
  const rows = readings(3);
  const { status, json } = await score(rows);
  expect(status).toBe(200);
  expect(json).toMatchObject({ model: 'machine-failure', version: 1, modelDigest: expect.stringMatching(/^sha256:/) });
  const alone = await Promise.all(rows.map(async (row) => (await score(row)).json.scores[0]));
  expect(json.scores).toEqual(alone);
});

test('every fault of every row is listed with its place in the body', async () => {
  const [row] = readings(1);
  const { status, json } = await score({ rows: [row, { ...row, torque: '40', type: 'X' }, null] });
  expect(status).toBe(400);
  expect(json.error.message).toBe('/rows/1/type: expected one of "L", "M", "H", got "X" (and 2 more).');
  expect(json.error.faults.map(({ code, path }: { code: string; path: string }) => [code, path])).toEqual([
    ['feature.unknown_category', '/rows/1/type'],
    ['feature.wrong_type', '/rows/1/torque'],
    ['record.not_an_object', '/rows/2'],
  ]);
});

test('the request id of the caller comes back, else there is a new one', async () => {
  expect((await score(readings(1), { 'x-request-id': 'abc' })).headers['x-request-id']).toBe('abc');
  expect((await score(readings(1), { 'x-ms-client-request-id': 'def' })).headers['x-request-id']).toBe('def');
  expect((await score(readings(1))).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  ['POST', '/models/machine-failur/score', 404, 'model.unknown', /Is "machine-failure" meant\?/],
  ['POST', '/models/..%2F..%2Fetc/score', 404, 'model.unknown', /No model is called/],
  ['GET', '/models/machine-failure/score', 405, 'method.not_allowed', /Expected method POST, got GET/],
  ['GET', '/nowhere', 404, 'route.not_found', /Nothing is served at \/nowhere/],
])('%s %s -> %i', async (method, path, status, code, message) => {
  const answer = await call(method, path, '[]');
  expect(answer.status).toBe(status);
  expect(answer.json.error).toMatchObject({ code, message: expect.stringMatching(message) });
  if (status === 405) expect(answer.headers.allow).toBe('POST');
});

test.each([
  ['{"torque": }', {}, 400, 'json.malformed', /position 11 \(line 1, column 12\)/],
  ['[]', {}, 400, 'record.empty', /no record/],
  ['a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'media_type.unsupported', /application\/json/],
  [
    ' '.repeat(8 * 2 ** 20 + 1),
    {},
    413,
    'body.too_large',
    /at most 8388608 bytes \(app setting SLUICE_CALL_ROWS_MB\), got more/,
  ],
  ['[{}]', { 'x-request-id': 'x'.repeat(101) }, 431, 'request.id_too_long', /at most 100 characters, got 101/],
  ['[{}]', { 'x-request-id': 'a b' }, 400, 'request.malformed_id', /visible ASCII/],
])('a body of %.12s -> %j', async (body, headers, status, code, message) => {
  const answer = await score(body, headers as Record<string, string>);
  expect(answer.status).toBe(status);
  expect(answer.json.error).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('after each bad call a good one gets its score', async () => {
  for (const body of ['', '{', '[null]', '[[]]', '"x"', '\u0000']) {
    expect((await score(body)).status).toBe(400);
    expect((await score(readings(1))).json.scores).toHaveLength(1);
  }
});

test('a model that cannot be loaded is 503 with the reason, and others go on', async () => {
  use({
    open: () => Promise.reject(new ScoringError('model.not_ready', 'model.onnx is missing', { retryable: true })),
  });
  const { status, json, headers } = await score(readings(1));
  expect(status).toBe(503);
  expect(headers['retry-after']).toBe('5');
  expect(json.error).toMatchObject({ code: 'model.not_ready', message: 'model.onnx is missing' });
});

test('what broke inside is logged, and not told to the caller', async () => {
  use({ models: () => Promise.reject(new Error('secret path /home/x')) });
  const { status, body } = await score(readings(1));
  expect(status).toBe(500);
  expect(body).not.toContain('secret');
  expect(JSON.stringify(log.lines)).toContain('secret path');
});

describe('with recording on', () => {
  const recording = () => use({ routes: async () => ({ http: { record: true } }) });

  test('rows become documents; the same call again writes nothing twice', async () => {
    recording();
    const rows = readings(3);
    const [a, b] = [await score(rows, { 'x-request-id': 'r-7' }), await score(rows, { 'x-request-id': 'r-7' })];
    expect(b.body).toBe(a.body);
    expect([...sink.documents.keys()]).toEqual([0, 1, 2].map((row) => `http~r-7~${row}~machine-failure`));
    expect([...sink.documents.values()].map(({ outputs }) => outputs)).toEqual(a.json.scores);
    expect(sink.documents.get('http~r-7~0~machine-failure')).toMatchObject({
      partition: 'r-7',
      key: rows[0]?.machineId,
    });
  });

  test('the same request id with other rows is a conflict', async () => {
    recording();
    await score(readings(1), { 'x-request-id': 'r-7' });
    const { status, json } = await score(readings(2).slice(1), { 'x-request-id': 'r-7' });
    expect([status, json.error.code]).toEqual([409, 'id.conflict']);
  });

  test('a call whose rows could not be recorded is to come again', async () => {
    recording();
    sink.failure = () => unavailable;
    expect(await score(readings(1))).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  });
});

test('without it nothing is written', async () => {
  await score(readings(2));
  expect(sink.documents.size).toBe(0);
});

describe('GET /status', () => {
  test('says that all is well, and which model serves', async () => {
    const { status, json } = await call('GET', '/status');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ready: true,
      version: '1.2.3',
      problems: [],
      models: [{ name: 'machine-failure', version: 1 }],
    });
  });

  test('says what is not ready and why', async () => {
    use({ routes: async () => ({ streams: [{ hub: 'h', model: 'pump' }] }) });
    const { status, json } = await call('GET', '/status');
    expect(status).toBe(503);
    expect(json.problems).toEqual([expect.stringMatching(/models\/routes\.json is wrong:\n {2}\/streams\/0\/model/)]);
  });

  test('says so when no model is there', async () => {
    use({ models: async () => [] });
    expect((await call('GET', '/status')).json.problems).toEqual([expect.stringMatching(/No model is installed/)]);
  });
});
