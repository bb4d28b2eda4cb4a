import { type SeededRandom, seededRandom } from '../../../local/devices/seeded-random.ts';
import { readings } from '../bundled-model.ts';

/** A call that is well made, to be spoilt. */
export interface SeedCall {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const json = (path: string, value: unknown, headers: Record<string, string> = {}): SeedCall => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(value)),
});

const get = (path: string, query = ''): SeedCall => ({
  method: 'GET',
  path,
  query,
  headers: {},
  body: new Uint8Array(0),
});

/** Calls of every route and every form, all answered with 200. */
export function seedCalls(): SeedCall[] {
  const rows = readings(3);
  const names = ['type', 'airTemperature', 'processTemperature', 'rotationalSpeed', 'torque', 'toolWear'] as const;
  const lists = rows.map((row) => names.map((name) => row[name]));
  const inputs = names.map((name, i) => ({
    name,
    datatype: i === 0 ? 'BYTES' : 'FP64',
    shape: [3],
    data: lists.map((list) => list[i]),
  }));
  const halves = {
    name: 'x',
    datatype: 'FP32',
    shape: [2, 3],
    data: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  };
  const head = Buffer.from(
    JSON.stringify({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 3], parameters: { binary_data_size: 24 } }],
      parameters: { binary_data_output: true },
    }),
  );
  const text = [names.join(), ...lists.map((list) => list.join())].join('\n');
  return [
    json('/models/machine-failure/score', rows),
    json('/models/machine-failure/score', rows[0], { accept: 'text/csv' }),
    {
      ...json('/models/machine-failure/score', null, { 'content-type': 'text/csv' }),
      body: Buffer.from(text),
      query: 'on_error=row',
    },
    {
      ...json('/models/machine-failure/score', null, { 'content-type': 'application/x-ndjson' }),
      body: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')),
    },
    json('/v2/models/machine-failure/infer', { id: '1', inputs }),
    json('/v2/models/halves/versions/1/infer', {
      inputs: [halves],
      outputs: [{ name: 'y', parameters: { classification: 2 } }],
    }),
    {
      ...json('/v2/models/halves/infer', null, { 'inference-header-content-length': String(head.length) }),
      body: Buffer.concat([head, new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer)]),
    },
    json('/v1/models/machine-failure:predict', { instances: rows }),
    json('/v1/models/halves:predict', { instances: halves.data }),
    json('/v1/models/halves:predict', { inputs: { x: halves.data } }),
    json('/invocations', { inputs: [{ x: [1, 2, 3] }] }, { 'azureml-model-deployment': 'halves' }),
    json('/score', { input_data: halves.data }, { 'azureml-model-deployment': 'halves' }),
    json('/invocations', { dataframe_split: { columns: names, data: lists } }),
    json('/invocations', { inputs: Object.fromEntries(names.map((name, i) => [name, lists.map((list) => list[i])])) }),
    json('/score', { input_data: { columns: names, index: [0, 1, 2], data: lists } }),
    json('/score', { Inputs: { WebServiceInput0: rows }, GlobalParameters: {} }),
    json('/score', rows),
    json('/v2/repository/index', { ready: true }),
    get('/score', `data=${encodeURIComponent(JSON.stringify(lists))}`),
    ...['/', '/status', '/ping', '/health', '/version', '/v2', '/v2/health/live', '/v2/health/ready', '/v2/models'].map(
      (path) => get(path),
    ),
    ...['/v2/models/halves', '/v2/models/halves/ready', '/v1/models', '/v1/models/halves'].map((path) => get(path)),
    get('/swagger.json', 'version=3'),
  ];
}

const hostile = [
  'null',
  'true',
  '""',
  '"x"',
  '-1',
  '1e39',
  '1e400',
  '9007199254740993',
  '[]',
  '{}',
  '[[]]',
  '0',
  '"\\u0000"',
  '1.5',
];

/** Spoils calls, always the same way for the same seed. */
export class Mutator {
  readonly #random: SeededRandom;
  readonly #seeds = seedCalls();
  readonly #methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  next(): SeedCall {
    const hasBody = this.#random.uniform() < 0.9;
    const call = this.#pick(this.#seeds.filter(({ method }) => (method === 'POST') === hasBody));
    const kind = this.#random.uniform();
    if (kind < 0.08) return { ...call, method: this.#pick(this.#methods) };
    if (kind < 0.14) return { ...call, path: this.#spoiltText(call.path) };
    if (kind < 0.22) return { ...call, headers: this.#spoiltHeaders(call.headers) };
    if (kind < 0.28) return { ...call, body: this.#pick(this.#seeds).body };
    if (kind < 0.45 || call.body.length === 0) return { ...call, body: this.#spoiltBytes(call.body) };
    return { ...call, body: this.#spoiltValue(call.body) };
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random.uniform() * list.length)] as T;
  }

  #spoiltText(text: string): string {
    const at = Math.floor(this.#random.uniform() * (text.length + 1));
    return (
      text.slice(0, at) + this.#pick(['%2e%2e', '/', '%', '%00', 'é', '__proto__', ':', '?', '']) + text.slice(at + 1)
    );
  }

  #spoiltHeaders(headers: SeedCall['headers']): SeedCall['headers'] {
    const name = this.#pick([
      'content-type',
      'content-encoding',
      'accept',
      'accept-encoding',
      'inference-header-content-length',
      'x-request-id',
      'azureml-model-deployment',
    ]);
    return {
      ...headers,
      [name]: this.#pick([
        '',
        'gzip',
        'br',
        'text/csv',
        'application/x-ndjson',
        '0',
        '5',
        '-1',
        '1e3',
        'x'.repeat(200),
        'halves/1',
        '*/*;q=0',
        ';;=',
        'é',
      ]),
    };
  }

  #spoiltBytes(body: Uint8Array): Uint8Array {
    const bytes = Buffer.from(body);
    const kind = this.#random.uniform();
    if (bytes.length === 0 || kind < 0.2) return Buffer.concat([bytes, Buffer.from(this.#pick(hostile))]);
    const at = Math.floor(this.#random.uniform() * bytes.length);
    if (kind < 0.5) return bytes.subarray(0, at);
    bytes[at] = Math.floor(this.#random.uniform() * 256);
    return bytes;
  }

  /** Puts another value into the place of one, so that what comes out is JSON still. */
  #spoiltValue(body: Uint8Array): Uint8Array {
    const text = Buffer.from(body).toString('latin1');
    const values = [...text.matchAll(/(?<=[:,[])(-?\d+(?:\.\d+)?|"[^"]*"|true|false|null)(?=[,\]}])/g)];
    if (values.length === 0) return this.#spoiltBytes(body);
    const { index, 0: value } = this.#pick(values);
    return Buffer.from(text.slice(0, index) + this.#pick(hostile) + text.slice(index + value.length), 'latin1');
  }
}
