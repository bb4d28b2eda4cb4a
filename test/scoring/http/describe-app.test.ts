import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiFaults } from '../../core/openapi/openapi-rules.ts';
import { type HttpClient, httpClient } from './http-client.ts';

let client: HttpClient;
beforeAll(async () => {
  client = await httpClient();
});
afterAll(() => client.close());

describe('GET /openapi.json', () => {
  test('keeps the rules of OpenAPI 3.1 for all models of rows and of tensors that serve', async () => {
    const { status, headers, json } = await client.call('GET', '/openapi.json');
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(openApiFaults(json)).toEqual([]);
    const models: string[] = (await client.call('GET', '/v2/models')).json.models;
    const told = Object.keys(json.paths).filter((path) => json.paths[path].post?.tags.includes('models'));
    expect(models.length).toBeGreaterThan(1);
    expect(told.map((path) => path.split('/').at(-2)).toSorted()).toEqual(models.toSorted());
  });

  test('the example of each model of rows is one that the model scores, to a score as it is described', async () => {
    const { paths, components } = (await client.call('GET', '/openapi.json')).json;
    const ofRows = Object.keys(paths).filter((path) => /^\/models\/[^{]+\/score$/.test(path));
    expect(ofRows).not.toEqual([]);
    for (const path of ofRows) {
      const { example } = paths[path].post.requestBody.content['application/json'];
      const { status, json } = await client.call('POST', path, example);
      expect([path, status, json.error]).toEqual([path, 200, undefined]);
      const { properties } = components.schemas[`${path.split('/')[2]}.Score`];
      expect(Object.keys(json.scores[0])).toEqual(Object.keys(properties));
    }
  });
});

test('GET /docs is one page that may load nothing from elsewhere', async () => {
  const { status, headers, text } = await client.call('GET', '/docs');
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-/,
  );
  expect(text).not.toMatch(/https?:|src=/);
});
