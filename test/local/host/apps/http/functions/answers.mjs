import { setTimeout as delay } from 'node:timers/promises';
import { app } from '@azure/functions';

const get = (name, handler, route = name) => app.http(name, { methods: ['GET'], route, handler });

get('status', ({ params }) => ({ status: Number(params.code), body: 'some text' }), 'status/{code:int}');
get('nothing', () => undefined);
get('throws', () => {
  throw new Error('not today');
});
get('text', () => 'a bare text is no answer');
get('bytes', () => ({
  status: 201,
  headers: { 'content-type': 'application/octet-stream', 'x-custom': 'yes', connection: 'close' },
  cookies: [
    { name: 'a', value: '1', httpOnly: true },
    { name: 'b', value: '2' },
  ],
  body: Buffer.from([0, 255, 10]),
}));
get('dies', () => process.exit(3));
get(
  'waits',
  async ({ params }) => {
    await delay(Number(params.ms));
    return { body: 'waited' };
  },
  'waits/{ms:int}',
);
