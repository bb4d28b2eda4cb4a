import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { startTwin, type Twin } from '../../local/twin.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { bundledModels, readings } from '../scoring/bundled-model.ts';

let twin: Twin;
let folder: string;
const log: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
  const settings = { SLUICE_ANONYMOUS: 'off', SLUICE_MODELS_FOLDER: bundledModels, SLUICE_MODEL_REFRESH_SECONDS: '1' };
  twin = await startTwin({ folder, settings, onLog: (line) => log.push(JSON.stringify(line)) });
});
afterAll(async () => {
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

const sluice = (...args: string[]) => runInProcess(['keys', ...args], { twinFolder: folder });

async function score(headers: Record<string, string> = {}, query = ''): Promise<number> {
  const body = JSON.stringify(readings(1));
  const url = `${twin.url}/models/machine-failure/score${query}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

test('a key is issued, shown once, used, listed and revoked; the running app follows', async () => {
  expect(await score()).toBe(401);
  const added = await sluice(
    'add',
    'line-7',
    '--model',
    'machine-failure',
    '--rights',
    'score',
    '--expires',
    '2126-11-21',
  );
  expect(added).toMatchObject({ code: 0, err: expect.stringMatching(/only time that the key of line-7 is shown/) });
  const key = added.out.trim();
  const headers = { authorization: `Bearer ${key}` };
  await until('the key to be known', async () => (await score(headers)) === 200, 10_000, 100);
  expect(await score({}, `?code=${key}`)).toBe(200);
  expect(await score({ 'x-functions-key': key })).toBe(200);
  const status = await fetch(`${twin.url}/status`, { headers });
  expect(status.status).toBe(403);

  const listed = JSON.parse((await sluice('list', '--json')).out);
  expect(listed).toEqual([
    {
      id: key.split('_')[1],
      name: 'line-7',
      rights: ['score'],
      models: ['machine-failure'],
      createdAt: expect.any(String),
      expiresAt: '2126-11-21T00:00:00.000Z',
    },
  ]);
  expect((await sluice()).out).toMatch(/line-7 +[0-9a-f]{12} +score +machine-failure/);

  expect((await sluice('revoke', 'line-7')).err).toContain(`Keys of line-7: ${listed[0].id}`);
  expect(await sluice('revoke', listed[0].id)).toMatchObject({ code: 0, out: expect.stringContaining('is revoked') });
  await until('the key to be forgotten', async () => (await score(headers)) === 401, 10_000, 100);
  expect(log.filter((line) => line.includes(key))).toEqual([]);
});

test('two keys of a name live at a time', async () => {
  const first = JSON.parse((await sluice('add', 'shift', '--json')).out);
  expect((await sluice('add', 'shift')).code).toBe(0);
  expect(await sluice('add', 'shift')).toMatchObject({ code: 1, err: expect.stringContaining('has 2 live keys') });
  await sluice('revoke', first.id);
  expect((await sluice('add', 'shift')).code).toBe(0);
});

test.each<[string[], RegExp]>([
  [['add'], /Say "add NAME"/],
  [['add', 'Line 7'], /name of a key is lower-case/],
  [['add', 'x', '--rights', 'scor'], /some of score, metadata, admin, not "scor"/],
  [['add', 'x', '--expires', '2020-01-01'], /a time to come/],
  [['revoke'], /revoke ID/],
  [['remove', 'x'], /Say "add NAME"/],
])('sluice keys %j is told what to say, exit code 2', async (args, message) => {
  expect(await sluice(...args)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
});
