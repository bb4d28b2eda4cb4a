import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpClient, httpClient } from './http-client.ts';

let client: HttpClient;
beforeAll(async () => {
  client = await httpClient({ routes: { http: { default: 'wide' } } });
});
afterAll(() => client.close());

const names = Array.from({ length: 20 }, (_, i) => `f${i}`);
const values = names.map((_, i) => i + 0.5);
/** Seven stands in the middle: neither first nor last in anything. */
const at = 7;
const name = `f${at}`;

/** JSON in which the one value is this text. */
const list = (text: string) => `[${values.map((value, i) => (i === at ? text : value)).join()}]`;
const record = (text: string) => `{${names.map((each, i) => `"${each}":${i === at ? text : values[i]}`).join()}}`;
const tensors = (text: string) =>
  names
    .map((each, i) => `{"name":"${each}","datatype":"FP64","shape":[1],"data":[${i === at ? text : values[i]}]}`)
    .join();

interface Way {
  readonly path: string;
  readonly body: (text: string) => string;
  /** The place of the value. */
  readonly place: string;
}

const ways: Record<string, Way> = {
  plain: { path: '/models/wide/score', body: record, place: `/${name}` },
  'plain rows': { path: '/models/wide/score', body: (text) => `[${record(text)}]`, place: `/0/${name}` },
  'KServe V1 records': {
    path: '/v1/models/wide:predict',
    body: (text) => `{"instances":[${record(text)}]}`,
    place: `/instances/0/${name}`,
  },
  'KServe V1 lists': {
    path: '/v1/models/wide:predict',
    body: (text) => `{"instances":[${list(text)}]}`,
    place: `/instances/0/${at}`,
  },
  'MLflow records': {
    path: '/invocations',
    body: (text) => `{"dataframe_records":[${record(text)}]}`,
    place: `/dataframe_records/0/${name}`,
  },
  'MLflow split': {
    path: '/invocations',
    body: (text) => `{"dataframe_split":{"columns":${JSON.stringify(names)},"data":[${list(text)}]}}`,
    place: `/dataframe_split/data/0/${at}`,
  },
  'MLflow inputs': { path: '/invocations', body: (text) => `{"inputs":[${list(text)}]}`, place: `/inputs/0/${at}` },
  'Azure ML data': { path: '/score', body: (text) => `{"data":[${list(text)}]}`, place: `/data/0/${at}` },
  'Azure ML input_data': {
    path: '/score',
    body: (text) => `{"input_data":[${list(text)}]}`,
    place: `/input_data/0/${at}`,
  },
  V2: { path: '/v2/models/wide/infer', body: (text) => `{"inputs":[${tensors(text)}]}`, place: `/inputs/${at}/data/0` },
};

// biome-ignore lint/suspicious/noExplicitAny: each dialect has a shape of its own.
const faultOf = (json: any) => (json.error?.faults ?? json.faults)?.[0];

describe.each(Object.entries(ways))('%s', (_, { path, body, place }) => {
  test.each([
    ['null', 'null'],
    ['an empty text', '""'],
    ['true', 'true'],
    ['a text', '"12"'],
    ['a list', '[1,2]'],
    ['an object', '{"a":1}'],
    ['a number beyond float32', '1e39'],
    ['a number beyond float64', '1e400'],
  ])('%s is 400 and names the field', async (__, text) => {
    const { status, json } = await client.call('POST', path, body(text));
    expect(status).toBe(400);
    const fault = faultOf(json);
    // A list inside of a tensor's data is one value too many there.
    expect(place.startsWith(fault.path) && fault.path.length >= place.length - 2, `${fault.path} for ${place}`).toBe(
      true,
    );
    expect([typeof fault.code, typeof fault.expected, typeof fault.got]).toEqual(['string', 'string', 'string']);
  });

  test.each(['NaN', 'Infinity', '-Infinity', '0x10', '01', '1.', '.5', '+1'])('%s is no JSON', async (text) => {
    const { status, json } = await client.call('POST', path, body(text));
    expect(status).toBe(400);
    expect(['json.malformed', 'tensor.malformed']).toContain(faultOf(json).code);
  });

  test.each(['-0', '1e3', '1E-3', '16777217', '9007199254740993'])('%s is a number', async (text) => {
    expect((await client.call('POST', path, body(text))).status).toBe(200);
  });
});

describe('the number of values', () => {
  test.each([
    ['KServe V1', '/v1/models/wide:predict', (data: string) => `{"instances":[${data}]}`],
    ['MLflow', '/invocations', (data: string) => `{"inputs":[${data}]}`],
    ['Azure ML', '/score', (data: string) => `{"data":[${data}]}`],
  ])('%s: 19 and 21 are 400, and say which is missing', async (_, path, body) => {
    const short = await client.call('POST', path, body(JSON.stringify(values.slice(1))));
    expect([short.status, faultOf(short.json).got]).toEqual([400, 'a list of 19: none for f19']);
    const long = await client.call('POST', path, body(JSON.stringify([...values, 1])));
    expect([long.status, faultOf(long.json).got]).toEqual([400, 'a list of 21']);
  });

  test('a record without a field is 400; one with a field more is scored without it, as documented', async () => {
    const without = Object.fromEntries(names.slice(1).map((each) => [each, 1]));
    const missing = await client.call('POST', '/models/wide/score', without);
    expect(faultOf(missing.json)).toMatchObject({ code: 'feature.missing', path: '/f0' });
    expect((await client.call('POST', '/models/wide/score', { ...without, f0: 1, f99: 'x' })).status).toBe(200);
  });

  test('a tensor less and one more are 400', async () => {
    const inputs = JSON.parse(`[${tensors('1')}]`);
    const less = await client.call('POST', '/v2/models/wide/infer', { inputs: inputs.slice(1) });
    expect(faultOf(less.json)).toMatchObject({ code: 'feature.missing', path: '/inputs/f0' });
    const more = await client.call('POST', '/v2/models/wide/infer', {
      inputs: [...inputs, { ...inputs[0], name: 'f99' }],
    });
    expect(faultOf(more.json)).toMatchObject({ code: 'tensor.unknown', path: '/inputs/20/name' });
  });
});

test('integers that lose digits in a float64 are refused where they are typed', async () => {
  const inputs = names.map((each) => `{"name":"${each}","datatype":"INT64","shape":[1],"data":[9007199254740993]}`);
  const { status, json } = await client.call('POST', '/v2/models/wide/infer', `{"inputs":[${inputs.join()}]}`);
  expect([status, faultOf(json).code]).toEqual([400, 'number.not_integer']);
});

test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
  'the name %s is a name like any other',
  async (hostile) => {
    const body = record('1').replace('{', `{"${hostile}":{"x":1},`);
    for (const [path, text] of [
      ['/models/wide/score', body],
      ['/invocations', `{"dataframe_records":[${body}]}`],
      ['/invocations', `{"inputs":{"${hostile}":[1],${names.map((each) => `"${each}":[1]`).join()}}}`],
      [`/models/${hostile}/score`, body],
    ] as const) {
      expect([200, 400, 404]).toContain((await client.call('POST', path, text)).status);
    }
    expect(({} as { x?: number }).x).toBeUndefined();
  },
);
