import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readings } from '../bundled-model.ts';
import { MemorySink } from '../memory-ports.ts';
import { type HttpClient, httpClient } from './http-client.ts';

const sink = new MemorySink();
let client: HttpClient;
beforeAll(async () => {
  client = await httpClient({ sink });
});
afterAll(() => client.close());

const rows = readings(3);
const names = ['type', 'airTemperature', 'processTemperature', 'rotationalSpeed', 'torque', 'toolWear'] as const;
const lists = rows.map((row) => names.map((name) => row[name]));
const columns = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
const csv = [names.join(','), ...lists.map((values) => values.join(','))].join('\n');
const bad = { ...rows[1], torque: -5 };

const plain = (body: string | object, headers: Record<string, string> = {}, query = '') =>
  client.call('POST', '/models/machine-failure/score', body, { headers, query });
let scores: unknown[];
beforeAll(async () => {
  scores = (await plain(rows)).json.scores;
});

describe('a table is read the same, in whatever order it is written', () => {
  const index = rows.map((_, i) => i);
  const named = { columns: ['data', ...names], data: lists.map((values, i) => [[`x"data":[${i}]`][0], ...values]) };
  test.each<[string, object]>([
    ['as pandas writes it', { index, columns: names, data: lists }],
    ['without an index', { columns: names, data: lists }],
    ['data first', { data: lists, columns: names, index }],
    ['without columns', { data: lists }],
    ['a column called data', named],
    ['a column called data behind an index', { ...named, index }],
    ['other members', { columns: names, index_names: [null], data: lists, column_names: [null] }],
  ])('%s', async (_, table) => {
    const { json } = await client.call('POST', '/invocations', { dataframe_split: table });
    expect(json.predictions).toEqual(scores);
    expect((await client.call('POST', '/score', { input_data: { columns: names, ...table } })).json).toEqual(scores);
  });
});

describe('POST /models/{name}/score', () => {
  test.each([
    ['rows under a name', { rows }, 'application/json'],
    ['NDJSON', rows.map((row) => JSON.stringify(row)).join('\n'), 'application/x-ndjson'],
    ['CSV', csv, 'text/csv'],
    ['JSON with a suffix', rows, 'application/vnd.pump+json; charset=utf-8'],
  ])('reads %s', async (_, body, contentType) => {
    expect((await plain(body, { 'content-type': contentType })).json.scores).toEqual(scores);
  });

  test('answers in NDJSON', async () => {
    const { text, headers } = await plain(rows, { accept: 'application/x-ndjson' });
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(scores.map((outputs, row) => ({ row, outputs })));
  });

  test('answers in CSV', async () => {
    const { text, headers } = await plain(rows, { accept: 'text/csv;q=0.9, application/json;q=0.1' });
    expect(headers['content-type']).toBe('text/csv');
    const cells = scores.map((score, row) => `${row},${Object.values(score as object).join()}`);
    expect(text).toBe(`row,label,probability\n${cells.join('\n')}\n`);
  });

  test('marks wrong rows when asked to, and scores the others', async () => {
    const { status, json } = await plain([rows[0], bad, rows[2]], {}, 'on_error=row');
    expect(status).toBe(200);
    expect(json.scores).toEqual([scores[0], null, scores[2]]);
    expect(json.faults).toEqual([
      { row: 1, code: 'feature.out_of_range', path: '/1/torque', expected: 'a number, 0..100 Nm', got: '-5' },
    ]);
  });

  test('marks them in NDJSON and in CSV', async () => {
    const query = 'on_error=row';
    const ndjson = await plain([rows[0], bad], { accept: 'application/x-ndjson' }, query);
    expect(JSON.parse(ndjson.text.split('\n')[1] as string)).toMatchObject({ row: 1, faults: [{ path: '/1/torque' }] });
    const inCsv = await plain([rows[0], bad], { accept: 'text/csv' }, query);
    expect(inCsv.text.split('\n').slice(0, 3)).toEqual([
      'row,label,probability,error',
      expect.stringMatching(/^0,\w+,[\d.e-]+,$/),
      '1,,,"/1/torque: expected a number, 0..100 Nm, got -5"',
    ]);
  });

  test('names the line of a wrong row of CSV', async () => {
    const { status, json } = await plain(`${csv}\nL,1,2,3,4,x\n`, { 'content-type': 'text/csv' });
    expect(status).toBe(400);
    expect(json.error.faults.at(-1)).toMatchObject({
      code: 'number.malformed',
      path: '/3/toolWear',
      got: '"x" (line 5)',
    });
  });

  test('says which on_error there is', async () => {
    expect((await plain(rows, {}, 'on_error=skip')).json.error.message).toContain('on_error=row');
  });
});

describe('KServe V1', () => {
  const predict = (body: object) => client.call('POST', '/v1/models/machine-failure:predict', body);

  test.each([
    ['records', { instances: rows }],
    ['records with parameters beside them', { parameters: {}, instances: rows }],
    ['lists in the order of the manifest', { instances: lists }],
  ])('reads %s', async (_, body) => {
    expect((await predict(body)).json).toEqual({ predictions: scores });
  });

  test.each([
    ['no instances', {}, 'request.malformed', '/instances'],
    ['a list that is too short', { instances: [lists[0]?.slice(1)] }, 'request.malformed', '/instances/0'],
    [
      'a wrong value in a list',
      { instances: [lists[0], ['L', 300, 310, 1500, -5, 0]] },
      'feature.out_of_range',
      '/instances/1/4',
    ],
    ['a wrong value in a record', { instances: [rows[0], bad] }, 'feature.out_of_range', '/instances/1/torque'],
    ['no rows', { instances: [] }, 'record.empty', undefined],
  ])('refuses %s', async (_, body, code, path) => {
    const { status, json } = await predict(body);
    expect([status, json.code, json.faults?.[0].path]).toEqual([400, code, path]);
    expect(json.error).toEqual(expect.any(String));
  });

  test('describes models', async () => {
    expect((await client.call('GET', '/v1/models/machine-failure')).json).toEqual({
      name: 'machine-failure',
      ready: true,
    });
    expect((await client.call('GET', '/v1/models')).json.models).toContain('machine-failure');
    expect((await client.call('GET', '/v1/models/pump')).status).toBe(404);
  });
});

describe('MLflow', () => {
  const invoke = (body: string | object, contentType = 'application/json') =>
    client.call('POST', '/invocations', body, { headers: { 'content-type': contentType } });

  test.each([
    ['dataframe_split', { dataframe_split: { index: [0, 1, 2], columns: names, data: lists } }],
    ['dataframe_records', { dataframe_records: rows }],
    ['instances as records', { instances: rows, params: {} }],
    ['instances as columns', { instances: columns }],
    ['inputs as lists', { inputs: lists }],
    ['inputs as columns', { inputs: columns }],
    [
      'inputs as columns of lists of one',
      { inputs: Object.fromEntries(names.map((name) => [name, columns[name]?.map((value) => [value])])) },
    ],
  ])('reads %s', async (_, body) => {
    expect((await invoke(body)).json).toEqual({ predictions: scores });
  });

  test('reads CSV', async () => {
    expect((await invoke(csv, 'text/csv; charset=utf-8')).json).toEqual({ predictions: scores });
  });

  test.each([
    ['no form', {}, '', 'none'],
    ['two forms', { inputs: lists, instances: rows }, '', 'instances, inputs'],
    ['a form that is none', { inputs: 5 }, '/inputs', '5'],
    ['columns of different lengths', { inputs: { ...columns, torque: [1] } }, '/inputs/torque', 'a list of 1'],
    [
      'a row that is too long',
      { dataframe_split: { columns: names, data: [[...(lists[0] ?? []), 1]] } },
      '/dataframe_split/data/0',
      'a list of 7',
    ],
  ])('refuses %s', async (_, body, path, got) => {
    const { status, json } = await invoke(body);
    expect([status, json.error_code, json.code]).toEqual([400, 'BAD_REQUEST', 'request.malformed']);
    expect(json.faults[0]).toMatchObject({ path, got });
    expect(json).not.toHaveProperty('stack_trace');
  });

  test('names the place of a wrong value', async () => {
    const split = await invoke({ dataframe_split: { columns: names, data: [['L', 300, 310, 1500, -5, 0]] } });
    expect(split.json.faults[0].path).toBe('/dataframe_split/data/0/4');
    const byColumn = await invoke({ inputs: { ...columns, torque: [1, 2, -5] } });
    expect(byColumn.json.faults[0].path).toBe('/inputs/torque/2');
  });

  test.each(['application/xml', 'application/json; format=pandas', 'application/json; charset=latin1'])(
    'refuses %s in plain text, as its clients expect',
    async (contentType) => {
      const { status, headers, text } = await invoke('{}', contentType);
      expect([status, headers['content-type']]).toEqual([415, 'text/plain; charset=utf-8']);
      expect(text).toContain('media_type.unsupported');
    },
  );

  test('says that it is up', async () => {
    expect(await client.call('GET', '/ping')).toMatchObject({ status: 200, text: '\n' });
    expect(await client.call('GET', '/health')).toMatchObject({ status: 200, text: '\n' });
    expect(await client.call('GET', '/version')).toMatchObject({ status: 200, text: '1.2.3' });
  });
});

describe('Azure Machine Learning', () => {
  const score = (body: string | object, headers: Record<string, string> = {}) =>
    client.call('POST', '/score', body, { headers });

  test.each([
    ['input_data as a table', { input_data: { columns: names, index: [0, 1, 2], data: lists } }],
    ['input_data as lists', { input_data: lists }],
    ['input_data as columns', { input_data: columns, params: {} }],
    ['input_data as records', { input_data: rows }],
    ['data as lists', { data: lists }],
    ['data as records', { data: rows }],
  ])('reads %s, and answers with a bare list', async (_, body) => {
    const { json, headers } = await score(body);
    expect(json).toEqual(scores);
    expect(headers['x-ms-run-function-failed']).toBe('False');
    expect(headers['x-ms-run-fn-exec-ms']).toMatch(/^\d+\.\d{3}$/);
  });

  test('reads values out of a query', async () => {
    const query = `data=${encodeURIComponent(JSON.stringify(lists))}`;
    expect((await client.call('GET', '/score', '', { query })).json).toEqual(scores);
  });

  test('gives the ids of a call back', async () => {
    const ids = { 'x-request-id': 'a', 'x-ms-client-request-id': 'b', 'x-ms-request-id': 'c' };
    expect((await score({ data: lists }, ids)).headers).toMatchObject(ids);
    const tooLong = await score({ data: lists }, { 'x-ms-client-request-id': 'x'.repeat(101) });
    expect([tooLong.status, tooLong.json.code]).toEqual([431, 'request.id_too_long']);
  });

  test('errors have a message and say where', async () => {
    const { status, json, headers } = await score({ data: [lists[0], ['L', 300, 310, 1500, -5, 0]] });
    expect(status).toBe(400);
    expect(json).toMatchObject({ message: expect.stringContaining('/data/1/4'), code: 'feature.out_of_range' });
    expect(headers['x-ms-run-function-failed']).toBe('False');
    expect((await score('<a/>', { 'content-type': 'application/xml' })).status).toBe(415);
  });

  test('is healthy, has options and a description that Stream Analytics reads its fields from', async () => {
    expect(await client.call('GET', '/')).toMatchObject({ status: 200, text: 'Healthy' });
    expect(await client.call('OPTIONS', '/score')).toMatchObject({
      status: 200,
      headers: { allow: 'GET, POST, OPTIONS' },
    });
    const swagger = async (version: string) => (await client.call('GET', '/swagger.json', '', { query: version })).json;
    const two = await swagger('');
    expect(two.swagger).toBe('2.0');
    expect(two.definitions.Record.properties.torque).toMatchObject({
      type: 'number',
      format: 'double',
      minimum: 0,
      maximum: 100,
      description: 'in Nm',
    });
    const operations = Object.values(two.paths)
      .flatMap((path) => Object.values(path as object))
      .map(({ operationId }) => operationId);
    expect(operations).toEqual(['ServiceHealthCheck', 'RunMLService', 'GetSwaggerSpec']);
    expect((await swagger('version=3')).openapi).toBe('3.0.3');
    expect((await swagger('version=3.1')).components.schemas.Record.required).toEqual([...names]);
    expect((await client.call('GET', '/swagger.json', '', { query: 'version=4' })).status).toBe(404);
    const example = two.definitions.ServiceInput.example;
    expect((await score(example)).json.Results.WebServiceOutput0[0]).toMatchObject({ error: null });
  });
});

describe('Azure Stream Analytics', () => {
  test('a list of events gets a score each; a wrong one null with the reason, and never stops the job', async () => {
    const { status, json } = await client.call('POST', '/score', [rows[0], bad, 5]);
    expect(status).toBe(200);
    expect(json).toEqual([
      { ...(scores[0] as object), error: null },
      { label: null, probability: null, error: '/1/torque: expected a number, 0..100 Nm, got -5' },
      { label: null, probability: null, error: '/2: expected an object of named values, got 5' },
    ]);
  });

  test('the form with Inputs is answered by Results', async () => {
    const { status, json } = await client.call('POST', '/score', {
      Inputs: { WebServiceInput0: [rows[0], bad] },
      GlobalParameters: {},
    });
    expect(status).toBe(200);
    expect(json.Results.WebServiceOutput0).toEqual([
      { ...(scores[0] as object), error: null },
      expect.objectContaining({ label: null, error: expect.stringContaining('torque') }),
    ]);
    expect((await client.call('POST', '/score', { Inputs: { input1: [rows[0]] } })).json.Results).toHaveProperty(
      'output1',
    );
  });

  test('what is no JSON is refused there too', async () => {
    expect((await client.call('POST', '/score', '[{"a":1},')).status).toBe(400);
  });
});

describe('bare paths', () => {
  test('score with the default of the routes, or with the model that the header names', async () => {
    const headers = { 'azureml-model-deployment': 'wide' };
    const wide = await client.call('POST', '/score', { data: [Array.from({ length: 20 }, (_, i) => i)] }, { headers });
    expect(wide.json[0].y).toHaveLength(20);
    const other = await client.call(
      'POST',
      '/invocations',
      { inputs: lists },
      { headers: { 'azureml-model-deployment': 'machine-failure/1' } },
    );
    expect(other.json.predictions).toEqual(scores);
    const unknown = await client.call(
      'POST',
      '/score',
      { data: lists },
      { headers: { 'azureml-model-deployment': 'machine-failure/9' } },
    );
    expect([unknown.status, unknown.json.code]).toEqual([404, 'model.unknown']);
  });

  test('without either say what to do', async () => {
    const open = await httpClient({ routes: {} });
    const { status, json } = await open.call('POST', '/score', { data: lists });
    expect([status, json.code]).toEqual([404, 'model.unknown']);
    expect(json.message).toContain('http.default');
    await open.close();
  });
});

test('with recording on the id inside a V2 body names the documents, and a marked row has none', async () => {
  const recording = new MemorySink();
  const recorder = await httpClient({
    sink: recording,
    routes: { http: { record: true, default: 'machine-failure' } },
  });
  const inputs = names.map((name) => ({
    name,
    datatype: name === 'type' ? 'BYTES' : 'FP64',
    shape: [3],
    data: columns[name],
  }));
  for (let i = 0; i < 2; i++) await recorder.call('POST', '/v2/models/machine-failure/infer', { id: 'v2', inputs });
  expect([...recording.documents.keys()]).toEqual([0, 1, 2].map((row) => `http~v2~${row}~machine-failure`));
  await recorder.call('POST', '/score', [rows[0], bad, rows[2]], { headers: { 'x-request-id': 'asa' } });
  const marked = [...recording.documents].filter(([id]) => id.includes('asa'));
  expect(marked.map(([id]) => id)).toEqual(['http~asa~0~machine-failure', 'http~asa~2~machine-failure']);
  expect(marked.map(([, { outputs, key }]) => [outputs, key])).toEqual([
    [scores[0], rows[0]?.machineId],
    [scores[2], rows[2]?.machineId],
  ]);
  await recorder.close();
});
