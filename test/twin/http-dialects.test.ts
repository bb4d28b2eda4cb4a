import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeHttpModels } from '../scoring/http/http-models.ts';
import { Mutator } from '../scoring/http/mutations.ts';
import { recordedCalls } from './recorded-calls.ts';
import { useTwin } from './twin-fixture.ts';

const { models, remove } = await makeHttpModels();
writeFileSync(join(models, 'routes.json'), JSON.stringify({ http: { default: 'pair' } }));
const twin = useTwin({ settings: { SLUICE_MODELS_FOLDER: models } });
afterAll(remove);

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A call that carries these headers and no others. */
function send(method: string, path: string, headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const length = body.length === 0 ? {} : { 'content-length': String(body.length) };
    const call = request(
      `${twin().twin.url}${path}`,
      { method, headers: { ...headers, ...length } },
      async (response) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of response) pieces.push(piece);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          body: Buffer.concat(pieces),
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

const bytesOf = (body: string | readonly (string | Uint8Array)[] = ''): Buffer =>
  Buffer.concat((typeof body === 'string' ? [body] : body).map((piece) => Buffer.from(piece as string)));

/** Headers of the server itself, not of the app. */
const ofServer = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);

describe('recorded calls are answered to the last byte, by the real door', () => {
  test.each(recordedCalls.map((call) => [call.name, call] as const))('%s', async (_, call) => {
    const { status, headers, body } = await send(call.method, call.path, call.headers ?? {}, bytesOf(call.body));
    const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !ofServer.has(name)));
    const text = body.toString('latin1').replace(/sha256:[0-9a-f]{64}/, '<digest>');
    expect(text).toBe(bytesOf(call.answer).toString('latin1'));
    expect(status).toBe(call.status);
    expect(own).toEqual(
      Object.fromEntries(
        Object.entries(call.answerHeaders).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : expect.stringMatching(value),
        ]),
      ),
    );
  });
});

test('spoilt calls break no connection and no server', async () => {
  const mutator = new Mutator(7);
  const statuses = new Map<number, number>();
  for (let i = 0; i < 1_500; i++) {
    const { method, path, query = '', headers, body } = mutator.next();
    // What no client can put on the wire never reaches the door.
    if (!/^\/[\x21-\x7e]*$/.test(path) || Object.values(headers).some((value) => /[^\x20-\x7e]/.test(value))) continue;
    const { status } = await send(method, query === '' ? path : `${path}?${query}`, headers, body);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  expect(statuses.size).toBeGreaterThan(4);
});
