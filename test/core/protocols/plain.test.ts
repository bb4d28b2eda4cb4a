import { expect, test } from 'vitest';
import { callRoute } from '../../../src/core/protocols/call-route.ts';
import { plainAnswer, plainRefusal, readPlainRequest } from '../../../src/core/protocols/plain.ts';

const read = (body: string, contentType?: string) => readPlainRequest(contentType, Buffer.from(body));

test.each([
  ['{"a":1}', [{ a: 1 }], ''],
  ['[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }], '/1'],
  ['{"rows":[{"a":1},{"a":2}]}', [{ a: 1 }, { a: 2 }], '/rows/1'],
  ['{"rows":3}', [{ rows: 3 }], ''],
  ['5', [5], ''],
])('%s', (body, rows, pointer) => {
  const request = read(body);
  if ('code' in request) throw new Error(request.message);
  expect(request.rows).toEqual(rows);
  expect(request.pointerOf(rows.length - 1)).toBe(pointer);
});

test.each([
  ['application/json', true],
  ['application/json; charset=utf-8', true],
  ['application/vnd.pump+json', true],
  [undefined, true],
  ['text/csv', false],
  ['application/x-www-form-urlencoded', false],
  ['application/jsonp', false],
])('content type %s', (contentType, isRead) => {
  expect('rows' in read('[{}]', contentType)).toBe(isRead);
});

test('a body that cannot be read says where', () => {
  expect(read('{"a":}')).toMatchObject({
    code: 'json.malformed',
    message: expect.stringContaining('position 5 (line 1, column 6)'),
  });
  expect(read('[]')).toMatchObject({ code: 'record.empty' });
  expect(read('')).toMatchObject({ code: 'json.malformed' });
});

test('too many rows are refused before any is read', () => {
  expect(read(`[${Array.from({ length: 50_001 }, () => '1').join()}]`)).toMatchObject({
    code: 'request.too_many_rows',
  });
});

test('an answer has a score for each row', () => {
  const answer = plainAnswer(
    { name: 'pump', version: 3, digest: 'sha256:00' },
    [{ label: 'ok', probability: 0.25 }],
    'r-1',
  );
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', 'x-request-id': 'r-1' } });
  expect(JSON.parse(answer.body)).toEqual({
    model: 'pump',
    version: 3,
    modelDigest: 'sha256:00',
    scores: [{ label: 'ok', probability: 0.25 }],
  });
});

test('a refusal lists a hundred faults and counts the others', () => {
  const fault = { code: 'feature.missing', path: '/0/a', expected: 'a number', got: 'nothing' } as const;
  const refusal = { code: fault.code, message: 'm', faults: Array.from({ length: 150 }, () => fault) };
  const { error } = JSON.parse(plainRefusal(refusal, 'r-1').body);
  expect(error).toMatchObject({ code: 'feature.missing', message: 'm', requestId: 'r-1', faultsNotShown: 50 });
  expect(error.faults).toHaveLength(100);
});

test('a fault that may heal says when to come again', () => {
  expect(plainRefusal({ code: 'sink.unavailable', message: 'm' }, 'r')).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5' },
  });
});

test.each([
  ['GET', '/status', { kind: 'status' }],
  ['HEAD', '/status/', { kind: 'status' }],
  ['POST', '/models/pump/score', { kind: 'score', model: 'pump' }],
  ['POST', '/models/a%2Fb/score/', { kind: 'score', model: 'a/b' }],
  ['POST', '/models/%zz/score', { kind: 'score', model: '%zz' }],
  ['GET', '/models/pump/score', { kind: 'method not allowed', allow: 'POST' }],
  ['DELETE', '/status', { kind: 'method not allowed', allow: 'GET' }],
  ['GET', '/', { kind: 'not found' }],
  ['POST', '/models//score', { kind: 'not found' }],
  ['POST', '/models/a/b/score', { kind: 'not found' }],
])('%s %s', (method, path, route) => {
  expect(callRoute(method, path)).toEqual(route);
});
