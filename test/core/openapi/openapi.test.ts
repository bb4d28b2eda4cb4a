import { describe, expect, test } from 'vitest';
import type { DescribedModel } from '../../../src/core/openapi/described-model.ts';
import { openApiOf } from '../../../src/core/openapi/openapi.ts';
import { callRoute, servedRoutes } from '../../../src/core/protocols/call-route.ts';
import { exampleManifest } from '../example-manifest.ts';
import { openApiFaults } from './openapi-rules.ts';

const feature = exampleManifest({});
const tensors: DescribedModel = {
  manifest: { ...feature, name: 'eyes', features: [] },
  tensors: {
    inputs: [{ name: 'image', type: 'float32', shape: ['N', 3, 224, 224] }],
    outputs: [{ name: 'scores', type: 'float32', shape: ['N', 10] }],
  },
};
const rows: DescribedModel = { manifest: feature, tensors: undefined };

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into at many places.
const documentOf = (models: readonly DescribedModel[], isAnonymous = false): any =>
  JSON.parse(JSON.stringify(openApiOf({ version: '1.2.3', isAnonymous, models })));

test.each([
  ['no model', []],
  ['a model of rows', [rows]],
  ['models of rows and of tensors', [rows, tensors]],
])('the document keeps the rules of OpenAPI 3.1: %s', (_, models) => {
  expect(openApiFaults(documentOf(models))).toEqual([]);
});

test('the rules find what is wrong', () => {
  const document = documentOf([rows]);
  document.paths['/status'].get.responses = {};
  document.paths['/v2'].get.operationId = document.paths['/status'].get.operationId;
  document.paths['/v2/models/{model}'].get.parameters = [];
  document.paths['/score'].post.requestBody.content['application/json'].schema = { $ref: '#/components/schemas/None' };
  document.components.schemas.Fault.type = 'thing';
  document.info.licence = {};
  expect(openApiFaults(document).map((fault) => fault.split(':')[0])).toEqual(
    expect.arrayContaining([
      '/info/licence',
      '/paths/~1status/get/responses',
      '/paths/~1v2/get/operationId',
      '/paths/~1v2~1models~1{model}/get/parameters',
      '/paths/~1score/post/requestBody/content/application~1json/schema/$ref',
      '/components/schemas/Fault/type',
    ]),
  );
});

describe('the routes', () => {
  const { paths } = documentOf([rows, tensors]);
  const documented = Object.entries<object>(paths).flatMap(([path, item]) =>
    Object.keys(item).map(
      (method) => [method.toUpperCase(), path.replace('{model}', 'm').replace('{version}', '1')] as const,
    ),
  );

  test('every one that is told is served', () => {
    const unserved = documented.filter(([method, path]) =>
      ['not found', 'method not allowed'].includes(callRoute(method, path).ask.kind),
    );
    expect(unserved).toEqual([]);
  });

  test('every one that is served is told', () => {
    const untold = servedRoutes.filter(
      (route) => !documented.some(([method, path]) => method === route.method && route.pattern.test(path)),
    );
    expect(untold).toEqual([]);
  });
});

test('features have their types, units, bounds and examples', () => {
  const [number, category] = ['number', 'category'].map((type) => feature.features.find((each) => each.type === type)!);
  const { properties } = documentOf([rows]).components.schemas[`${feature.name}.Record`];
  expect(properties[number!.name]).toMatchObject({
    'x-unit': expect.any(String),
    minimum: expect.any(Number),
    maximum: expect.any(Number),
    examples: [expect.any(Number)],
  });
  expect(properties[category!.name].enum.length).toBeGreaterThan(1);
});

test('probes need no key; everything else does, unless the app is anonymous', () => {
  const { paths, security } = documentOf([rows]);
  expect(paths['/ping'].get.security).toEqual([]);
  expect(paths['/status'].get.security).toBeUndefined();
  expect(security).not.toContainEqual({});
  expect(documentOf([rows], true).security).toContainEqual({});
});
