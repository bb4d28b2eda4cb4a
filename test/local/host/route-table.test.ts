import { expect, test } from 'vitest';
import type { FunctionDefinition, HttpTrigger } from '../../../local/host/app/function-definition.ts';
import { RouteTable } from '../../../local/host/http/route-table.ts';

function define(name: string, route: string, methods = ['GET']): FunctionDefinition<HttpTrigger> {
  const trigger = { type: 'httpTrigger', route, methods } as const;
  return { name, functionId: name, bindingName: 'req', retry: undefined, trigger };
}

const tableOf = (routes: Readonly<Record<string, string>>, prefix = '') =>
  new RouteTable(
    Object.entries(routes).map(([name, route]) => define(name, route)),
    prefix,
  );

const found = (table: RouteTable, path: string, method = 'GET') => {
  const match = table.find(method, path);
  return match && [match.definition.name, match.params];
};

test.each([
  ['models', '/models', {}],
  ['models', '/MODELS/', {}],
  ['models/{name}', '/models/wear', { name: 'wear' }],
  ['models/{name}', '/models/a%20b', { name: 'a b' }],
  ['models/{name}', '/models/a%2Fb', { name: 'a%2Fb' }],
  ['models/{name}', '/models/50%', { name: '50%' }],
  ['models/{name?}', '/models', {}],
  ['models/{name=live}', '/models', { name: 'live' }],
  ['{*path}', '/', {}],
  ['{*path}', '/v2/models/x/infer', { path: 'v2/models/x/infer' }],
  ['files/{**path}', '/files/a/b', { path: 'a/b' }],
  ['v{version}', '/v2', { version: '2' }],
  ['{file}.{ext}', '/scores.csv', { file: 'scores', ext: 'csv' }],
  ['jobs/{id:int}', '/jobs/42', { id: '42' }],
  ['jobs/{id:guid?}', '/jobs', {}],
  ['jobs/{id:length(2,3)}', '/jobs/abc', { id: 'abc' }],
  ['jobs/{id:regex(^r_[a-z/]{{2}}$)}', '/jobs/r_ab', { id: 'r_ab' }],
  ['jobs/{id:alpha:maxlength(2)}', '/jobs/ab', { id: 'ab' }],
])('the route %s takes %s', (route, path, params) => {
  expect(found(tableOf({ f: route }), path)).toEqual(['f', params]);
});

test.each([
  ['models', '/models/x'],
  ['models/{name}', '/models'],
  ['models/{name}', '/models/a/b'],
  ['jobs/{id:int}', '/jobs/x'],
  ['jobs/{id:int}', '/jobs/99999999999'],
  ['jobs/{id:range(1,5)}', '/jobs/6'],
  ['jobs/{id:regex(^r_[a-z]{{2}}$)}', '/jobs/r_abc'],
  ['files/{**path}', '/file/a'],
])('the route %s does not take %s', (route, path) => {
  expect(found(tableOf({ f: route }), path)).toBeUndefined();
});

test('a literal goes before a parameter, a constrained parameter before a free one, and a catch-all comes last', () => {
  const table = tableOf({ all: '{*path}', free: 'jobs/{id}', number: 'jobs/{id:int}', literal: 'jobs/latest' });
  expect(found(table, '/jobs/latest')?.[0]).toBe('literal');
  expect(found(table, '/jobs/7')?.[0]).toBe('number');
  expect(found(table, '/jobs/x')?.[0]).toBe('free');
  expect(found(table, '/else/where')?.[0]).toBe('all');
});

test('another method is "not found" unless another route takes it', () => {
  const table = new RouteTable([define('one', 'score', ['POST']), define('rest', '{*path}', ['GET', 'HEAD'])], 'api');
  expect(found(table, '/api/score', 'POST')?.[0]).toBe('one');
  expect(found(table, '/api/score', 'GET')).toEqual(['rest', { path: 'score' }]);
  expect(found(table, '/api/score', 'DELETE')).toBeUndefined();
});

test('a prefix goes before every route', () => {
  const table = tableOf({ f: '/score' }, 'v1/api');
  expect(found(table, '/v1/api/score')).toBeDefined();
  expect(found(table, '/score')).toBeUndefined();
});

test.each([
  ['admin/x', /conflicts with the host's own \/admin/],
  ['{a:colour}', /unknown route constraint "colour"/],
  ['{:int}', /cannot be read/],
])('the route %s is refused at the start', (route, message) => {
  expect(() => tableOf({ f: route })).toThrow(message);
});
