import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

const twin = useTwin();

const post = (path: string, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${twin().twin.url}${path}`, { method: 'POST', headers, body });

const score = (body: unknown, id: string) =>
  post('/models/machine-failure/score', JSON.stringify(body), {
    'content-type': 'application/json',
    'x-request-id': id,
  });

describe('a call that is wrong is told so, by the real door', () => {
  const path = '/models/machine-failure/score';
  test.each([
    ['an unknown model', '/models/pump/score', '{}', undefined, 404, 'model.unknown'],
    ['malformed JSON', path, '{"a":}', undefined, 400, 'json.malformed'],
    ['an empty body', path, '', undefined, 400, 'json.malformed'],
    ['a wrong content type', path, 'a=1', 'application/x-www-form-urlencoded', 415, 'media_type.unsupported'],
    ['a body over the limit', path, ' '.repeat(limits.requestBytesMax + 1), undefined, 413, 'body.too_large'],
    ['a value that does not fit', path, '{"type":"Q"}', undefined, 400, 'feature.unknown_category'],
    ['a path that nobody serves', '/nowhere', '{}', undefined, 404, 'route.not_found'],
  ])('%s', async (_, at, body, contentType, status, code) => {
    const response = await post(at, body, { 'content-type': contentType ?? 'application/json' });
    const { error } = (await response.json()) as { error: { code: string; requestId: string } };
    expect([response.status, error.code]).toEqual([status, code]);
    expect(response.headers.get('x-request-id')).toBe(error.requestId);
  });

  test('another method is 405, and says which is right', async () => {
    const response = await fetch(`${twin().twin.url}${path}`, { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

test('a body in chunks, without a length, is read', async () => {
  const text = JSON.stringify(readings(3));
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const call = request(
      `${twin().twin.url}/models/machine-failure/score`,
      { method: 'POST', headers },
      async (response) => {
        let body = '';
        for await (const chunk of response) body += chunk;
        resolve(body);
      },
    );
    call.on('error', reject);
    for (const part of [text.slice(0, 10), text.slice(10, 50), text.slice(50)]) call.write(part);
    call.end();
  });
  expect(JSON.parse(answer).scores).toHaveLength(3);
});

describe('a sender that takes its time', () => {
  /** Sends a head that promises a body, and then a byte now and then until the other side ends. @returns what came back */
  async function dribble(headers: string): Promise<string> {
    const socket = connect(Number(new URL(twin().twin.url).port), '127.0.0.1');
    socket.write(`POST /models/machine-failure/score HTTP/1.1\r\nHost: twin\r\n${headers}\r\n\r\n`);
    const byte = headers.includes('chunked') ? '1\r\n \r\n' : ' ';
    const timer = setInterval(() => socket.write(byte), 250);
    try {
      let answer = '';
      for await (const chunk of socket) {
        answer += chunk;
        if (answer.includes('\r\n\r\n')) break;
      }
      return answer;
    } finally {
      clearInterval(timer);
      socket.destroy();
    }
  }

  test('is cut off, with a length and without, and holds up nobody', async () => {
    const slow = ['content-length: 5000', 'transfer-encoding: chunked'].map(dribble);
    expect((await score(readings(1), 'beside')).status).toBe(200);
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect((await score(readings(1), 'after')).status).toBe(200);
  }, 30_000);
});

test('HEAD /status is answered without a body', async () => {
  const response = await fetch(`${twin().twin.url}/status`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test('of 1,000 calls at once, half of them bad, each gets its own answer', async () => {
  const rows = readings(500);
  const alone = new Map<number, unknown>();
  for (const i of [0, 250, 499])
    alone.set(i, ((await (await score(rows[i], `alone-${i}`)).json()) as { scores: unknown[] }).scores);
  const calls = rows.flatMap((row, i) => [
    { id: `good-${i}`, body: row },
    { id: `bad-${i}`, body: { ...row, torque: -1 - i } },
  ]);
  const answers = await Promise.all(
    calls.map(async ({ id, body }) => {
      const response = await score(body, id);
      return {
        id,
        status: response.status,
        echoed: response.headers.get('x-request-id'),
        json: await response.json(),
      };
    }),
  );
  for (const { id, status, echoed, json } of answers) {
    const [kind, i] = id.split('-');
    expect(echoed).toBe(id);
    expect(status).toBe(kind === 'good' ? 200 : 400);
    if (kind === 'bad') expect(JSON.stringify(json)).toContain(`"got":"${-1 - Number(i)}"`);
    else if (alone.has(Number(i))) expect((json as { scores: unknown[] }).scores).toEqual(alone.get(Number(i)));
  }
});
