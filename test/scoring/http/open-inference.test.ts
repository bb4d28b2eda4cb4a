import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readings } from '../bundled-model.ts';
import { type HttpClient, httpClient } from './http-client.ts';

let client: HttpClient;
beforeAll(async () => {
  client = await httpClient();
});
afterAll(() => client.close());

const infer = (model: string, body: object | Uint8Array, headers: Record<string, string> = {}) =>
  client.call('POST', `/v2/models/${model}/infer`, body, { headers });

/** A body with binary tensors behind its JSON, and the header that says where they begin. */
function framed(json: object, ...blobs: Uint8Array[]): [Uint8Array, Record<string, string>] {
  const head = Buffer.from(JSON.stringify(json));
  return [Buffer.concat([head, ...blobs]), { 'inference-header-content-length': String(head.length) }];
}

const bytesOf = (array: { buffer: ArrayBufferLike }) => new Uint8Array(array.buffer as ArrayBuffer);

const echoInputs = (rows = 1) => [
  { name: 'f32', datatype: 'FP32', shape: [rows, 2], data: Array.from({ length: rows * 2 }, (_, i) => i + 0.5) },
  { name: 'f64', datatype: 'FP64', shape: [rows, 2], data: Array.from({ length: rows * 2 }, () => 0.1) },
  { name: 'i64', datatype: 'INT64', shape: [rows, 2], data: Array.from({ length: rows * 2 }, () => 7) },
  { name: 'u64', datatype: 'UINT64', shape: [rows, 2], data: Array.from({ length: rows * 2 }, () => 7) },
  { name: 'i8', datatype: 'INT8', shape: [rows, 2], data: Array.from({ length: rows * 2 }, () => -7) },
  { name: 'flag', datatype: 'BOOL', shape: [rows, 2], data: Array.from({ length: rows * 2 }, (_, i) => i % 2 === 0) },
  { name: 'text', datatype: 'BYTES', shape: [rows, 2], data: Array.from({ length: rows * 2 }, () => 'ü "x"') },
];

describe('a model of tensors', () => {
  test('gets back in JSON what it was fed, with every digit of 64-bit integers', async () => {
    const digits = '{"name":"i64","datatype":"INT64","shape":[1,2],"data":[9223372036854775807,-9223372036854775808]}';
    const unsigned =
      '{"name":"u64","datatype":"UINT64","shape":[1,2],"data":[[18446744073709551615,9007199254740993]]}';
    const others = echoInputs()
      .filter(({ name }) => name !== 'i64' && name !== 'u64')
      .map((each) => JSON.stringify(each));
    const { status, text } = await infer(
      'echo',
      Buffer.from(`{"id":"q","inputs":[${[...others, digits, unsigned].join()}]}`),
    );
    expect(text).toContain(
      '"name":"i64_out","datatype":"INT64","shape":[1,2],"data":[9223372036854775807,-9223372036854775808]',
    );
    expect(text).toContain(
      '"name":"u64_out","datatype":"UINT64","shape":[1,2],"data":[18446744073709551615,9007199254740993]',
    );
    expect(text).toContain('"name":"f64_out","datatype":"FP64","shape":[1,2],"data":[0.1,0.1]');
    expect(text).toContain('"name":"flag_out","datatype":"BOOL","shape":[1,2],"data":[true,false]');
    expect(text).toContain('"name":"text_out","datatype":"BYTES","shape":[1,2],"data":["ü \\"x\\"","ü \\"x\\""]');
    expect([status, JSON.parse(text).id, JSON.parse(text).model_name, JSON.parse(text).model_version]).toEqual([
      200,
      'q',
      'echo',
      '1',
    ]);
  });

  test('takes null for NaN, and flags the NaN that comes back as null', async () => {
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 3], data: [1, null, -2] }];
    const { json } = await infer('halves', { inputs });
    expect(json.outputs).toEqual([
      { name: 'y', datatype: 'FP32', shape: [1, 3], parameters: { not_finite: 1 }, data: [0.5, null, -1] },
    ]);
    const infinite = await infer('reciprocal', { inputs: [{ ...inputs[0], data: [0, 1, 2] }] });
    expect(infinite.json.outputs[0]).toMatchObject({ parameters: { not_finite: 1 }, data: [null, 1, 0.5] });
  });

  test('takes binary tensors and gives them back, bit for bit, mixed with JSON', async () => {
    const values = new Float32Array([1.5, Number.NaN, -0]);
    const input = { name: 'x', datatype: 'FP32', shape: [1, 3], parameters: { binary_data_size: 12 } };
    const [body, headers] = framed({ inputs: [input], parameters: { binary_data_output: true } }, bytesOf(values));
    const answer = await infer('halves', body, headers);
    const length = Number(answer.headers['inference-header-content-length']);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    const bytes = Buffer.from(answer.body);
    expect(JSON.parse(bytes.subarray(0, length).toString()).outputs).toEqual([
      { name: 'y', datatype: 'FP32', shape: [1, 3], parameters: { binary_data_size: 12 } },
    ]);
    expect([...new Float32Array(Uint8Array.from(bytes.subarray(length)).buffer)]).toEqual([0.75, Number.NaN, -0]);
  });

  test('every type goes both ways in the binary form', async () => {
    const text = Buffer.concat([Buffer.from([3, 0, 0, 0]), Buffer.from('aü'), Buffer.from([0, 0, 0, 0])]);
    const blobs: Record<string, Uint8Array> = {
      f32: bytesOf(new Float32Array([1, 2])),
      f64: bytesOf(new Float64Array([0.1, 2])),
      i64: bytesOf(new BigInt64Array([-(2n ** 63n), 3n])),
      u64: bytesOf(new BigUint64Array([2n ** 64n - 1n, 3n])),
      i8: bytesOf(new Int8Array([-128, 127])),
      flag: new Uint8Array([1, 0]),
      text,
    };
    const inputs = echoInputs().map(({ data: _, ...each }) => ({
      ...each,
      parameters: { binary_data_size: blobs[each.name]!.length },
    }));
    const outputs = inputs.map(({ name }) => ({ name: `${name}_out`, parameters: { binary_data: true } }));
    const [body, headers] = framed({ inputs, outputs }, ...Object.values(blobs));
    const answer = await infer('echo', body, headers);
    const length = Number(answer.headers['inference-header-content-length']);
    expect(Buffer.from(answer.body).subarray(length)).toEqual(Buffer.concat(Object.values(blobs)));
  });

  test('half precision is widened without loss', async () => {
    const half = { name: 'x', datatype: 'FP16', shape: [1, 3], parameters: { binary_data_size: 6 } };
    const [body, headers] = framed({ inputs: [half] }, new Uint8Array([0x00, 0x3c, 0x01, 0x00, 0xff, 0xfb]));
    expect((await infer('halves', body, headers)).json.outputs[0].data).toEqual([0.5, 2 ** -25, -32752]);
    const brain = { ...half, datatype: 'BF16' };
    const [brainBody, brainHeaders] = framed({ inputs: [brain] }, new Uint8Array([0x80, 0x3f, 0, 0xc0, 0x80, 0x7f]));
    expect((await infer('halves', brainBody, brainHeaders)).json.outputs[0].data).toEqual([0.5, -1, null]);
  });

  test('a body that is one tensor alone is answered in the binary form', async () => {
    const answer = await infer('halves', bytesOf(new Float32Array([2, 4, 6])), {
      'inference-header-content-length': '0',
    });
    const length = Number(answer.headers['inference-header-content-length']);
    expect(new Float32Array(Uint8Array.from(Buffer.from(answer.body).subarray(length)).buffer)).toEqual(
      new Float32Array([1, 2, 3]),
    );
  });

  test('the largest values of a row come back as classes', async () => {
    const inputs = [
      {
        name: 'x',
        datatype: 'FP32',
        shape: [2, 3],
        data: [
          [2, 8, 4],
          [1, 1, 0],
        ],
      },
    ];
    const outputs = [{ name: 'y', parameters: { classification: 2 } }];
    expect((await infer('halves', { inputs, outputs })).json.outputs).toEqual([
      { name: 'y', datatype: 'BYTES', shape: [2, 2], data: ['4:1:b', '2:2:c', '0.5:0:a', '0.5:1:b'] },
    ]);
  });

  test('outputs come back in the order in which they are asked for, and no others', async () => {
    const outputs = [{ name: 'text_out' }, { name: 'f32_out' }];
    const { json } = await infer('echo', { inputs: echoInputs(), outputs });
    expect(json.outputs.map(({ name }: { name: string }) => name)).toEqual(['text_out', 'f32_out']);
  });

  test('compressed bodies are read, and answers compressed where a caller takes that', async () => {
    const { gzipSync, deflateSync, gunzipSync } = await import('node:zlib');
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [400, 3], data: Array.from({ length: 1200 }, (_, i) => i) }];
    const plain = await infer('halves', { id: 'z', inputs });
    for (const [encoding, pack] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
    ] as const) {
      const body = pack(JSON.stringify({ id: 'z', inputs }));
      const answer = await infer('halves', body, { 'content-encoding': encoding, 'accept-encoding': 'gzip' });
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(answer.body as Uint8Array).toString()).toBe(plain.text);
    }
  });

  test('large rows run as they came, in pieces', async () => {
    const size = 5 * 3 * 64 * 64;
    const values = Float32Array.from({ length: size }, (_, i) => i % 251);
    const input = { name: 'x', datatype: 'FP32', shape: [5, 3, 64, 64], parameters: { binary_data_size: size * 4 } };
    const [body, headers] = framed({ inputs: [input], parameters: { binary_data_output: true } }, bytesOf(values));
    const answer = await infer('pixels', body, headers);
    const length = Number(answer.headers['inference-header-content-length']);
    const back = new Float32Array(Uint8Array.from(Buffer.from(answer.body).subarray(length)).buffer);
    expect(back.every((value, i) => value === values[i]! / 2)).toBe(true);
  });

  test('a model of one row at a time takes many all the same', async () => {
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [3, 3], data: [1, 2, 3, 4, 5, 6, 7, 8, 9] }];
    expect((await infer('single', { inputs })).json.outputs[0]).toMatchObject({
      shape: [3, 3],
      data: [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5],
    });
  });

  const good = { name: 'x', datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] };
  test.each([
    ['no inputs', {}, 'request.malformed', '/inputs'],
    ['an input without a name', { inputs: [{ ...good, name: 5 }] }, 'request.malformed', '/inputs/0/name'],
    ['an unknown type', { inputs: [{ ...good, datatype: 'FP8' }] }, 'request.malformed', '/inputs/0/datatype'],
    ['a negative dimension', { inputs: [{ ...good, shape: [-1, 3] }] }, 'request.malformed', '/inputs/0/shape'],
    ['another name', { inputs: [{ ...good, name: 'xx' }] }, 'tensor.unknown', '/inputs/0/name'],
    ['no tensor', { inputs: [] }, 'tensor.missing', '/inputs'],
    ['another type', { inputs: [{ ...good, datatype: 'FP64' }] }, 'tensor.wrong_type', '/inputs/0/datatype'],
    ['another rank', { inputs: [{ ...good, shape: [3] }] }, 'tensor.wrong_shape', '/inputs/0/shape'],
    ['another width', { inputs: [{ ...good, shape: [1, 2], data: [1, 2] }] }, 'tensor.wrong_shape', '/inputs/0/shape'],
    ['too few values', { inputs: [{ ...good, data: [1, 2] }] }, 'tensor.malformed', '/inputs/0/data'],
    ['too many values', { inputs: [{ ...good, data: [1, 2, 3, 4] }] }, 'tensor.malformed', '/inputs/0/data'],
    ['uneven lists', { inputs: [{ ...good, data: [[1, 2], [3]] }] }, 'tensor.malformed', '/inputs/0/data'],
    ['a text among numbers', { inputs: [{ ...good, data: [1, '2', 3] }] }, 'tensor.malformed', '/inputs/0/data/1'],
    ['a number beyond float32', { inputs: [{ ...good, data: [1, 1e39, 3] }] }, 'tensor.malformed', '/inputs/0/data/1'],
    ['no data', { inputs: [{ ...good, data: undefined }] }, 'request.malformed', '/inputs/0/data'],
    ['data that are no list', { inputs: [{ ...good, data: 3 }] }, 'tensor.malformed', '/inputs/0/data'],
    ['one input twice', { inputs: [good, good] }, 'request.malformed', '/inputs/1/name'],
    ['an unknown output', { inputs: [good], outputs: [{ name: 'z' }] }, 'tensor.unknown', '/outputs/0/name'],
    [
      'binary data that are not there',
      { inputs: [{ ...good, data: undefined, parameters: { binary_data_size: 12 } }] },
      'request.malformed',
      '/inputs/0/parameters/binary_data_size',
    ],
    ['an id that is too long', { id: 'x'.repeat(101), inputs: [good] }, 'request.malformed', '/id'],
  ])('refuses %s', async (_, body, code, path) => {
    const { status, json, headers } = await infer('halves', body);
    expect([status, json.code, json.faults[0].path]).toEqual([400, code, path]);
    expect(headers['content-type']).toBe('application/json');
    expect(json.error).toEqual(expect.any(String));
  });

  test.each([
    ['a header that is larger than the body', '999'],
    ['a negative one', '-1'],
    ['one that is no number', 'x'],
  ])('refuses %s', async (_, length) => {
    const answer = await infer('halves', { inputs: [good] }, { 'inference-header-content-length': length });
    expect([answer.status, answer.json.code]).toEqual([400, 'request.malformed']);
  });

  test('refuses bytes that no input claims', async () => {
    const [body, headers] = framed({ inputs: [good] }, new Uint8Array(3));
    expect((await infer('halves', body, headers)).json).toMatchObject({
      code: 'tensor.malformed',
      faults: [{ got: '3 more' }],
    });
  });

  test('a mistake in the JSON behind the data is told at its place in the body', async () => {
    const body = '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}';
    const { json } = await infer('halves', Buffer.from(body));
    expect(json.error).toContain(`byte ${body.length}`);
  });

  test('takes rows in no dialect that has none', async () => {
    const answer = await client.call('POST', '/models/halves/score', [{ x: 1 }]);
    expect(answer.json.error).toMatchObject({
      code: 'model.tensors_only',
      message: expect.stringContaining('/v2/models/halves/infer'),
    });
  });
});

describe('a model of rows', () => {
  const tensorsOf = (count: number) => {
    const rows = readings(count);
    const column = (name: keyof (typeof rows)[number]) => rows.map((row) => row[name]);
    return [
      { name: 'type', datatype: 'BYTES', shape: [count], data: column('type') },
      { name: 'airTemperature', datatype: 'FP64', shape: [count, 1], data: column('airTemperature') },
      { name: 'processTemperature', datatype: 'FP64', shape: [count], data: column('processTemperature') },
      { name: 'rotationalSpeed', datatype: 'FP64', shape: [count], data: column('rotationalSpeed') },
      { name: 'Torque [Nm]', datatype: 'FP64', shape: [count], data: column('torque') },
      { name: 'toolWear', datatype: 'INT32', shape: [count], data: column('toolWear') },
      { name: 'machineId', datatype: 'BYTES', shape: [count], data: column('machineId') },
    ];
  };

  test('has one input a feature, and one output a field of its scores', async () => {
    const { json } = await infer('machine-failure', { inputs: tensorsOf(3) });
    const plain = await client.call('POST', '/models/machine-failure/score', readings(3));
    expect(json.outputs).toEqual([
      {
        name: 'label',
        datatype: 'BYTES',
        shape: [3],
        data: plain.json.scores.map(({ label }: { label: string }) => label),
      },
      {
        name: 'probability',
        datatype: 'FP64',
        shape: [3],
        data: plain.json.scores.map(({ probability }: { probability: number }) => probability),
      },
    ]);
  });

  test.each([
    ['a value out of its range', 4, { data: [1, 2000, 3] }, 'feature.out_of_range', '/inputs/4/data/1'],
    ['null where a value must be', 1, { data: [300, null, 300] }, 'feature.missing', '/inputs/1/data/1'],
    ['a category that is not known', 0, { data: ['L', 'X', 'M'] }, 'feature.unknown_category', '/inputs/0/data/1'],
    ['a text for a number', 4, { datatype: 'BYTES', data: ['1', '2', '3'] }, 'feature.wrong_type', '/inputs/4/data/0'],
    ['another count of rows', 4, { shape: [2], data: [1, 2] }, 'tensor.wrong_shape', '/inputs/4/shape'],
    ['two values a row', 4, { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] }, 'tensor.wrong_shape', '/inputs/4/shape'],
    ['another name', 4, { name: 'torqe' }, 'tensor.unknown', '/inputs/4/name'],
  ])('refuses %s', async (_, index, change, code, path) => {
    const inputs = tensorsOf(3).map((each, i) => (i === index ? { ...each, ...change } : each));
    const { status, json } = await infer('machine-failure', { inputs });
    expect([status, json.code, json.faults[0].path]).toEqual([400, code, path]);
  });

  test('a feature without a tensor is missing in every row', async () => {
    const { json } = await infer('machine-failure', { inputs: tensorsOf(1).slice(1) });
    expect(json.faults).toEqual([expect.objectContaining({ code: 'feature.missing', path: '/inputs/type' })]);
  });
});

test('the server, its models and their tensors are described', async () => {
  const get = async (path: string) => (await client.call('GET', path)).json;
  expect(await get('/v2')).toMatchObject({
    name: 'sluice',
    version: '1.2.3',
    extensions: expect.arrayContaining(['binary_tensor_data']),
  });
  expect(await get('/v2/health/live')).toEqual({ live: true });
  expect(await get('/v2/health/ready')).toEqual({ live: true, ready: true });
  expect(await get('/v2/models/halves/versions/1/ready')).toEqual({ name: 'halves', ready: true });
  expect((await get('/v2/models')).models).toContain('halves');
  expect(await get('/v2/models/halves')).toEqual({
    name: 'halves',
    versions: ['1'],
    platform: 'onnx_onnxv1',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 3] }],
  });
  expect((await get('/v2/models/machine-failure')).inputs[0]).toEqual({ name: 'type', datatype: 'BYTES', shape: [-1] });
  expect((await client.call('GET', '/v2/models/halves/versions/9')).status).toBe(404);
  expect((await client.call('POST', '/v2/repository/index')).json).toContainEqual({
    name: 'halves',
    version: '1',
    state: 'READY',
    reason: '',
  });
});
