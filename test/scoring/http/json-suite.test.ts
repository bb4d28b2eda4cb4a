import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codes } from '../../../src/core/codes.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';
import { readings } from '../bundled-model.ts';
import { type HttpClient, httpClient } from './http-client.ts';

/** Every path that takes JSON. */
const jsonPaths = [
  '/models/machine-failure/score',
  '/v1/models/machine-failure:predict',
  '/v1/models/halves:predict',
  '/v2/models/machine-failure/infer',
  '/v2/models/halves/infer',
  '/v2/repository/index',
  '/invocations',
  '/score',
];
/** Where an empty body is right. */
const mayBeEmpty = '/v2/repository/index';

const folder = sharedData('files', 'JSONTestSuite', 'test_parsing');
const files = hasSharedData ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const bodyOf = (name: string) => readFileSync(`${folder}/${name}`);
const named = (prefix: string) => files.filter((name) => name.startsWith(prefix));

describe.skipIf(!hasSharedData)('JSONTestSuite (skipped where ../shared is absent)', () => {
  let client: HttpClient;
  let right: unknown;
  const good = async () => (await client.call('POST', jsonPaths[0] as string, readings(1))).json.scores;
  beforeAll(async () => {
    client = await httpClient();
    right = await good();
  });
  afterAll(() => client.close());

  test('is whole', () => {
    expect([named('n_').length, named('y_').length, named('i_').length]).toEqual([188, 95, 35]);
  });

  test.each(jsonPaths)('%s: what is no JSON is 400, and the next call gets its score', async (path) => {
    const wrong: string[] = [];
    for (const name of named('n_')) {
      const body = bodyOf(name);
      if (path === mayBeEmpty && body.length === 0) continue;
      const { status } = await client.call('POST', path, body);
      if (status !== 400) wrong.push(`${name}: ${status}`);
      expect(await good()).toEqual(right);
    }
    expect(wrong).toEqual([]);
  });

  test.each(jsonPaths)('%s: whatever is JSON has a defined answer', async (path) => {
    for (const name of [...named('y_'), ...named('i_')]) {
      const { status, json } = await client.call('POST', path, bodyOf(name));
      expect([200, 400], name).toContain(status);
      const code = json.code ?? json.error?.code;
      if (status === 400) expect(Object.keys(codes), name).toContain(code);
      expect(await good()).toEqual(right);
    }
  });

  test.each([
    [
      'the data of a tensor',
      '/v2/models/halves/infer',
      '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":',
      '}]}',
    ],
    ['texts', '/v2/models/echo/infer', '{"inputs":[{"name":"text","datatype":"BYTES","shape":[1,2],"data":', '}]}'],
    [
      '64-bit integers',
      '/v2/models/echo/infer',
      '{"inputs":[{"name":"i64","datatype":"INT64","shape":[1,1],"data":',
      '}]}',
    ],
    ['instances', '/v1/models/machine-failure:predict', '{"instances":', '}'],
    ['instances of a tensor', '/v1/models/halves:predict', '{"instances":', '}'],
    ['an input by name', '/v1/models/halves:predict', '{"inputs":{"x":', '}}'],
    ['a table', '/invocations', '{"dataframe_split":{"columns":["torque"],"data":', '}}'],
    ['rows', '/models/machine-failure/score', '{"rows":', '}'],
    ['events', '/score', '[', ']'],
  ])('as %s it is 400 too', async (_, path, before, after) => {
    const wrong: string[] = [];
    for (const name of named('n_')) {
      const { status } = await client.call(
        'POST',
        path,
        Buffer.concat([Buffer.from(before), bodyOf(name), Buffer.from(after)]),
      );
      if (status !== 400 && !becomesJson(Buffer.concat([Buffer.from(before), bodyOf(name), Buffer.from(after)])))
        wrong.push(`${name}: ${status}`);
    }
    expect(wrong).toEqual([]);
    expect(await good()).toEqual(right);
  });
});

/** What is no JSON by itself may be some between brackets: `1,2`. */
function becomesJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}
