import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpClient, httpClient } from './http-client.ts';

let client: HttpClient;
beforeAll(async () => {
  client = await httpClient({ routes: { http: { default: 'halves' } } });
});
afterAll(() => client.close());

const halves = [
  [0.5, 1, 1.5],
  [2, 2.5, 3],
];
const x = [
  [1, 2, 3],
  [4, 5, 6],
];
const predict = (model: string, body: object | string) => client.call('POST', `/v1/models/${model}:predict`, body);
const invoke = (model: string, body: object) =>
  client.call('POST', '/invocations', body, { headers: { 'azureml-model-deployment': model } });
const score = (model: string, body: object) =>
  client.call('POST', '/score', body, { headers: { 'azureml-model-deployment': model } });

/** Two rows for each input of the model of all types. */
const echoed = {
  f32: [
    [0.5, -1],
    [2, 3],
  ],
  f64: [
    [0.1, 1e300],
    [-0.5, 7],
  ],
  i64: [
    [1, -(2 ** 53 - 1)],
    [3, 4],
  ],
  u64: [
    [0, 2 ** 53 - 1],
    [5, 6],
  ],
  i8: [
    [-128, 127],
    [0, 1],
  ],
  flag: [
    [true, false],
    [false, true],
  ],
  text: [
    ['a', '"b"\n'],
    ['', 'ü'],
  ],
};
const instances = [0, 1].map((row) =>
  Object.fromEntries(Object.entries(echoed).map(([name, rows]) => [name, rows[row]])),
);
const named = Object.fromEntries(Object.entries(echoed).map(([name, rows]) => [`${name}_out`, rows]));
const predictions = [0, 1].map((row) =>
  Object.fromEntries(Object.entries(named).map(([name, rows]) => [name, rows[row]])),
);

describe('plain values are tensors by what the model says of its inputs', () => {
  test.each([
    ['instances', { instances: x }],
    ['instances by name', { instances: x.map((row) => ({ x: row })) }],
    ['inputs', { inputs: x }],
    ['inputs by name', { inputs: { x } }],
  ])('KServe V1: %s', async (_, body) => {
    expect((await predict('halves', body)).json).toEqual({ predictions: halves });
  });

  test('KServe V1 with several inputs and outputs: an object an instance', async () => {
    expect((await predict('echo', { instances })).json).toEqual({ predictions });
    expect((await predict('echo', { inputs: echoed })).json).toEqual({ predictions });
  });

  test('MLflow: the outputs by name', async () => {
    expect((await invoke('halves', { inputs: x })).json).toEqual({ predictions: { y: halves } });
    expect((await invoke('echo', { inputs: echoed })).json).toEqual({ predictions: named });
    expect((await invoke('echo', { instances })).json).toEqual({ predictions: named });
  });

  test('Azure Machine Learning: a bare list, with its headers', async () => {
    const { json, headers } = await score('halves', { input_data: x });
    expect([json, headers['x-ms-run-function-failed']]).toEqual([halves, 'False']);
    expect((await score('halves', { data: x })).json).toEqual(halves);
    expect((await score('echo', { input_data: echoed })).json).toEqual(predictions);
  });

  test('a picture in lists four deep', async () => {
    const picture = [Array.from({ length: 3 }, () => Array.from({ length: 64 }, () => new Array(64).fill(2)))];
    const { json } = await predict('pixels', { instances: picture });
    expect(json.predictions[0].flat(2)).toEqual(new Array(3 * 64 * 64).fill(1));
  });

  test('the answer is that of V2, number by number', async () => {
    const data = '[0.3333333333333333,1e-40,-0]';
    const input = `{"name":"x","datatype":"FP32","shape":[1,3],"data":${data}}`;
    const v2 = await client.call('POST', '/v2/models/halves/infer', `{"inputs":[${input}]}`);
    const v1 = await predict('halves', `{"instances":[${data}]}`);
    expect(v2.text).toContain(',-0.0]');
    expect(v1.text).toContain(`"predictions":[[${v2.json.outputs[0].data.slice(0, 2)},-0.0]]`);
  });
});

describe('what does not fit is named with its place', () => {
  test.each<[string, string, object | string, string, string]>([
    ['a value of another type', 'halves', { instances: [[1, '2', 3]] }, '/instances/0/1', 'tensor.malformed'],
    [
      'a number that float32 cannot hold',
      'halves',
      { instances: [[1, 2, 1e39]] },
      '/instances/0/2',
      'tensor.malformed',
    ],
    ['a row too short', 'halves', { instances: [[1, 2, 3], [4]] }, '/instances/1', 'tensor.wrong_shape'],
    ['rows too long', 'halves', { inputs: [[1, 2, 3, 4]] }, '/inputs/0', 'tensor.wrong_shape'],
    ['too flat', 'halves', { instances: [1, 2, 3] }, '/instances/0', 'tensor.wrong_shape'],
    ['too deep', 'halves', { instances: [[[1], [2], [3]]] }, '/instances/0/0', 'tensor.malformed'],
    ['nothing', 'halves', { instances: [] }, '/instances', 'tensor.wrong_shape'],
    ['no list', 'halves', { instances: 7 }, '/instances', 'request.malformed'],
    ['an unknown input', 'halves', { inputs: { x, why: 1 } }, '/inputs/why', 'tensor.unknown'],
    ['a missing input', 'echo', { inputs: { f32: [[1, 2]] } }, '/inputs', 'tensor.missing'],
    ['no names for several inputs', 'echo', { instances: x }, '/instances', 'request.malformed'],
    ['an instance that is none', 'halves', { instances: [{ x: [1, 2, 3] }, 4] }, '/instances/1', 'request.malformed'],
    [
      'an instance with a wrong value',
      'halves',
      { instances: [{ x: [1, 2, 3] }, { x: [1, true, 3] }] },
      '/instances/1/x/1',
      'tensor.malformed',
    ],
    [
      'digits that JSON loses',
      'echo',
      {
        inputs: {
          ...echoed,
          i64: [
            [2 ** 53, 1],
            [1, 1],
          ],
        },
      },
      '/inputs/i64/0/0',
      'tensor.malformed',
    ],
    [
      'a negative count',
      'echo',
      {
        inputs: {
          ...echoed,
          u64: [
            [-1, 1],
            [1, 1],
          ],
        },
      },
      '/inputs/u64/0/0',
      'tensor.malformed',
    ],
    [
      'an integer too large',
      'echo',
      {
        inputs: {
          ...echoed,
          i8: [
            [128, 1],
            [1, 1],
          ],
        },
      },
      '/inputs/i8/0/0',
      'tensor.malformed',
    ],
    [
      'another count of rows',
      'echo',
      { inputs: { ...echoed, flag: [[true, true]] } },
      '/inputs/flag',
      'tensor.wrong_shape',
    ],
    ['both names', 'halves', { instances: x, inputs: x }, '', 'request.malformed'],
    ['neither', 'halves', {}, '', 'request.malformed'],
    ['a list alone', 'halves', [x], '', 'request.malformed'],
    ['no JSON', 'halves', '{"instances":', '', 'json.malformed'],
  ])('%s', async (_, model, body, path, code) => {
    const { status, json } = await predict(model, body);
    expect([status, json.code, json.faults[0].path]).toEqual([400, code, path]);
  });

  test('null is NaN going in; what is not finite coming out is refused, never a bare null', async () => {
    const { status, json } = await predict('halves', { instances: [[1, null, 3]] });
    expect([status, json.code]).toEqual([422, 'output.not_finite']);
    expect((await predict('reciprocal', { instances: [[1, 0, 2]] })).json.error).toContain('the output "y"');
  });

  test('MLflow reads tensors in JSON alone', async () => {
    const answer = await client.call('POST', '/invocations', 'a,b', { headers: { 'content-type': 'text/csv' } });
    expect(answer.status).toBe(415);
  });
});
