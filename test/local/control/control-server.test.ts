import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlServer, controlClient, startControlServer } from '../../../local/control/control-server.ts';

const offered = {
  add: (left: number, right: number) => left + right,
  nothing: () => undefined,
  fail: () => {
    throw new RangeError('too far');
  },
};

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer(async (method, args) =>
    (offered[method as keyof typeof offered] as (...args: unknown[]) => unknown)(...args),
  );
});
afterAll(() => server?.close());

test('methods are called over HTTP, errors come with their message', async () => {
  const client = controlClient<typeof offered>(server.address);
  expect([await client.add(1, 2), await client.nothing()]).toEqual([3, undefined]);
  await expect(client.fail()).rejects.toThrow('too far');
});

test.each([
  ['without the token', 'POST', {}, '{}', 401],
  ['with another one', 'POST', { authorization: `Bearer ${'0'.repeat(48)}` }, '{}', 401],
  ['with another method', 'PUT', undefined, '{}', 401],
  ['with a body that is no JSON', 'POST', undefined, '{', 400],
  ['with a body without end', 'POST', undefined, `"${'x'.repeat(2 << 20)}"`, 400],
])('a call %s is refused', async (_, method, headers, body, status) => {
  const { url, token } = server.address;
  const response = await fetch(url, { method, headers: headers ?? { authorization: `Bearer ${token}` }, body });
  expect(response.status).toBe(status);
});

test('a control that is gone is an error, not a wait', async () => {
  const other = await startControlServer(async () => 1);
  await other.close();
  await expect(controlClient<typeof offered>(other.address).add(1, 2)).rejects.toThrow('fetch failed');
});
