import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readingsCsv } from '../../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { noKeys } from '../../../src/core/access/access-keys.ts';
import { keyRingOf } from '../../../src/core/access/key-secret.ts';
import type { CallAccess } from '../../../src/scoring/access/call-access.ts';
import { issueKey } from '../../../src/scoring/access/issue-key.ts';
import { scorePart } from '../../../src/scoring/files/score-part.ts';
import { SharedRuns } from '../../../src/scoring/files/shared-runs.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { scoreFile } from '../../../src/scoring/score-file.ts';
import { scoreRequest } from '../../../src/scoring/score-request.ts';
import { bundledModels, keepingLog } from '../bundled-model.ts';
import { MemoryPieces, MemoryQueues, MemoryRecords, MemoryReports } from '../files/memory-runs.ts';
import { MemoryFiles, MemorySink } from '../memory-ports.ts';
import { requestScoring } from './request-scoring.ts';

const first = { number: 0, isLast: false };
const log = keepingLog();
let registry: ModelRegistry;
let files: MemoryFiles;
let queues: MemoryQueues;
let runs: SharedRuns;

beforeAll(() => {
  registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
});
afterAll(() => registry.release());

beforeEach(() => {
  files = new MemoryFiles();
  queues = new MemoryQueues();
  const reports = new MemoryReports(files.results);
  const pieces = new MemoryPieces(files.results);
  runs = new SharedRuns({ records: new MemoryRecords(), reports, pieces, queues, partBytes: 8_000 });
});

async function call(
  method: string,
  target: string,
  body: string | object = '',
  headers: Record<string, string> = {},
  access: Partial<CallAccess> = {},
) {
  const incoming = {
    create: async (blob: string, bytes: Uint8Array, _: string, results?: string) => {
      if (!files.uploads.has(blob)) files.upload(blob, Buffer.from(bytes).toString());
      if (results !== undefined) files.accepts.set(blob, results);
    },
    ask: async (blob: string, etag: string, results: string) => {
      files.upload(blob, files.uploads.get(blob)!.bytes, `${etag}+`);
      files.accepts.set(blob, results);
    },
    resultUrl: async (path: string) => `https://account/results/${path}`,
  };
  const scoring = { ...requestScoring({ registry, access }), jobs: { runs, source: files, results: files, incoming } };
  const [path = '', query = ''] = target.split('?');
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const all: Record<string, string> = { host: 'app.example.net', ...headers };
  const request = { method, path, query, header: (name: string) => all[name], readBody: () => bytes };
  const answer = await scoreRequest(scoring, request, log);
  return { ...answer, json: JSON.parse(Buffer.from(answer.body).toString()) };
}

async function csvOf(rows: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const scoring = () => ({ registry, source: files, results: files, sink: new MemorySink(), runs });
const announce = (name: string) =>
  scoreFile(scoring(), { container: 'incoming', name, sequencer: undefined }, first, log);
const blob = 'machine-failure/shift.csv';

test('a blob becomes a job: accepted with a place to ask, 202 until it has ended, then 200 with the results', async () => {
  files.upload(blob, await csvOf(1_000));
  const accepted = await call('POST', '/jobs', { blob });
  expect(accepted).toMatchObject({ status: 202, json: { status: 'InProgress', state: 'queued', blob } });
  expect(queues.announced).toEqual([{ container: 'incoming', blob, again: false }]);
  const { location = '', 'retry-after': retryAfter } = accepted.headers;
  expect(location).toBe(`https://app.example.net/jobs/${accepted.json.run}`);
  expect(retryAfter).toMatch(/^\d+$/);

  const { pathname } = new URL(location);
  expect(await call('GET', pathname)).toMatchObject({ status: 202, headers: { location } });
  await announce(blob);
  await scorePart(scoring(), queues.parts[0]!, first, log);
  const half = await call('GET', pathname);
  expect(half).toMatchObject({ status: 202, json: { state: 'scoring', partsDone: 1 } });
  expect(half.json.rows).toBeGreaterThan(0);
  for (const message of queues.parts) await scorePart(scoring(), message, first, log);
  const ended = await call('GET', pathname);
  expect(ended).toMatchObject({
    status: 200,
    json: { status: 'Succeeded', state: 'succeeded', rows: 1_000, scored: 1_000, rejected: 0, reasons: [] },
  });
  expect(ended.json.results[0]).toEqual({
    name: 'scores.csv',
    url: `https://account/results/machine-failure/${blob}/${ended.json.run}/scores.csv`,
  });
  expect(await call('DELETE', pathname)).toMatchObject({ status: 409, json: { error: { code: 'run.over' } } });
  // The same file again is the same job, which has ended.
  expect(await call('POST', '/jobs', { blob })).toMatchObject({ status: 202, json: { status: 'Succeeded' } });
});

test('a body becomes an upload named by the call, so that the same call again is the same job', async () => {
  const csv = await csvOf(10);
  const headers = { 'content-type': 'text/csv', 'x-request-id': 'night:run/7' };
  const one = await call('POST', '/jobs?to=machine-failure/calls', csv, headers);
  expect(one).toMatchObject({
    status: 202,
    json: { blob: expect.stringMatching(/^machine-failure\/calls\/night-run-7-[0-9a-f]{12}\.csv$/) },
  });
  expect((await call('POST', '/jobs?to=machine-failure/calls/', csv, headers)).json.run).toBe(one.json.run);
  expect((await call('POST', '/jobs?to=machine-failure/calls', `${csv}\n`, headers)).json.run).not.toBe(one.json.run);
  // Its upload announces it.
  expect(queues.announced).toEqual([]);
  await announce(one.json.blob);
  expect(await call('GET', `/jobs/${one.json.run}`)).toMatchObject({ status: 200, json: { rows: 10 } });
});

test('a call may ask for another format of the results: of a blob, and of what its body becomes', async () => {
  const csv = await csvOf(10);
  files.upload(blob, csv);
  const usual = await call('POST', '/jobs', { blob });
  await announce(blob);
  const asked = await call('POST', '/jobs', { blob, results: 'ndjson' });
  expect(asked.json.run).not.toBe(usual.json.run);
  await announce(blob);
  const namesOf = async (run: string) =>
    (await call('GET', `/jobs/${run}`)).json.results.map(({ name }: { name: string }) => name);
  expect(await namesOf(asked.json.run)).toEqual(['scores.ndjson', 'errors.csv']);
  expect(await namesOf(usual.json.run)).toEqual(['scores.csv', 'errors.csv']);
  // What asks for this already stays the version that it is.
  expect((await call('POST', '/jobs', { blob, results: 'application/x-ndjson' })).json.run).toBe(asked.json.run);

  const headers = { 'content-type': 'text/csv', 'x-request-id': 'call-1' };
  const sent = await call('POST', '/jobs?to=machine-failure&results=ndjson', csv, headers);
  await announce(sent.json.blob);
  expect(await namesOf(sent.json.run)).toEqual(['scores.ndjson', 'errors.csv']);
  expect((await call('POST', '/jobs?to=machine-failure', csv, headers)).json.blob).not.toBe(sent.json.blob);
});

test('a job is cancelled, and one that failed says why', async () => {
  files.upload(blob, await csvOf(1_000));
  const { json } = await call('POST', '/jobs', { blob });
  expect(await call('DELETE', `/jobs/${json.run}`)).toMatchObject({ status: 409 });
  await announce(blob);
  expect(await call('DELETE', `/jobs/${json.run}`)).toMatchObject({ status: 200, json: { status: 'Canceled' } });

  const wrong = 'machine-failure/wrong.csv';
  files.upload(wrong, 'a,b\n1,2\n');
  const { json: job } = await call('POST', '/jobs', { blob: wrong });
  await announce(wrong);
  const failed = await call('GET', `/jobs/${job.run}`);
  expect(failed).toMatchObject({ status: 200, json: { status: 'Failed' } });
  expect(failed.json.reasons[0]).toMatchObject({ code: 'csv.missing_column' });
});

describe('a key', () => {
  const keysOf = async (models: string[]) => {
    let keys = noKeys;
    const store = {
      read: async () => keys,
      change: async (change: (current: typeof keys) => typeof keys) => (keys = change(keys)),
    };
    const issued = await issueKey(store, { name: 'caller', rights: ['score'], models });
    return {
      access: { isAnonymous: false, keys: async () => keyRingOf(keys) },
      headers: { authorization: `Bearer ${issued!.text}` },
    };
  };

  test('of the model may have its files scored, look and cancel', async () => {
    files.upload(blob, await csvOf(1_000));
    const { access, headers } = await keysOf(['machine-failure']);
    const accepted = await call('POST', '/jobs', { blob }, headers, access);
    expect(accepted.status).toBe(202);
    await announce(blob);
    expect((await call('GET', `/jobs/${accepted.json.run}`, '', headers, access)).status).toBe(202);
    expect((await call('DELETE', `/jobs/${accepted.json.run}`, '', headers, access)).status).toBe(200);
  });

  test('of another model uploads nothing, and hears of no run', async () => {
    files.upload(blob, await csvOf(1_000));
    const { json } = await call('POST', '/jobs', { blob });
    const { access, headers } = await keysOf(['pump']);
    expect(await call('POST', '/jobs', { blob }, headers, access)).toMatchObject({ status: 403 });
    const upload = await call(
      'POST',
      '/jobs?to=machine-failure',
      'a\n',
      { ...headers, 'content-type': 'text/csv' },
      access,
    );
    expect([upload.status, files.uploads.size]).toEqual([403, 1]);
    for (const method of ['GET', 'DELETE']) {
      expect(await call(method, `/jobs/${json.run}`, '', headers, access)).toMatchObject({ status: 404 });
    }
    expect(await call('GET', `/jobs/${json.run}`, '', {}, access)).toMatchObject({ status: 401 });
  });
});

describe('what cannot be a job is refused', () => {
  test.each([
    ['no blob of this name', 404, 'file.not_found', '/jobs', { blob: 'machine-failure/none.csv' }, {}],
    ['no route', 404, 'model.unknown', '/jobs', { blob: 'nobody/x.csv' }, {}],
    ['nothing named', 400, 'request.malformed', '/jobs', {}, {}],
    ['a name that leads elsewhere', 400, 'request.malformed', '/jobs', { blob: 'machine-failure/../x.csv' }, {}],
    ['no folder', 400, 'request.malformed', '/jobs', 'a,b\n', { 'content-type': 'text/csv' }],
    ['no such results', 400, 'file.unknown_results', '/jobs', { blob: 'machine-failure/x.csv', results: 'xml' }, {}],
    ['no results', 400, 'file.unknown_results', '/jobs?to=a&results=', 'a\n', { 'content-type': 'text/csv' }],
    ['another type', 415, 'media_type.unsupported', '/jobs', 'x', { 'content-type': 'image/png' }],
    ['not JSON', 400, 'json.malformed', '/jobs', '{', {}],
  ])('%s', async (_, status, code, target, body, headers) => {
    const answer = await call('POST', target, body, headers);
    expect(answer.json.error.code).toBe(code);
    expect(answer.status).toBe(status);
  });

  test('and nobody hears of runs that there are not', async () => {
    for (const run of ['r_x', `r_${'0'.repeat(26)}`, '..']) {
      expect(await call('GET', `/jobs/${run}`)).toMatchObject({
        status: 404,
        json: { error: { code: 'run.unknown' } },
      });
    }
    expect(await call('PUT', '/jobs')).toMatchObject({ status: 405 });
  });
});
