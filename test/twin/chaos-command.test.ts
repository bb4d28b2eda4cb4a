import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSluice } from '../../local/chaos/run-sluice.ts';
import { controlClient } from '../../local/control/control-server.ts';
import type { TwinControl } from '../../local/control/twin-control.ts';
import { startTwin, type Twin } from '../../local/twin.ts';
import { runningTwin } from '../../src/cli/twin-file.ts';

let folder: string;
let twin: Twin;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-chaos-command-'));
  twin = await startTwin({ folder, isSupervised: true });
});
afterAll(async () => {
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

const chaos = (...args: string[]) => runSluice(folder, ['chaos', ...args]);

test('sluice chaos lists the disasters and what must hold', async () => {
  const { code, out } = await chaos();
  expect(code).toBe(0);
  for (const name of ['D1 ', 'D12 ', 'two-hosts ']) expect(out).toContain(`\n${name}`);
  expect(JSON.parse((await chaos('--json')).out)).toContainEqual(expect.objectContaining({ name: 'D1' }));
});

test('a disaster happens to the twin that runs, and the verdict is for people', async () => {
  const before = await twin.control.hosts();
  const { code, out, err } = await chaos('d2');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`happened to the twin that runs at ${twin.url}`);
  expect(out).toMatch(/killed +1 times, 1 of them in the middle of an invocation/);
  expect(out).toMatch(/sent +2,000 events, each with an id of its own/);
  expect(out).toMatch(/ended as +2,000 documents \+ 0 dead letters \+ 0 parked/);
  expect(out).toMatch(/verdict +0 lost, 0 twice: it holds/);
  const after = await twin.control.hosts();
  expect(after[0]!.invocations.cut).toBeGreaterThan(before[0]!.invocations.cut);
});

test('and again, beside what is there already, as one line for machines', async () => {
  const { code, out } = await chaos('D6', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ figure: 'D6', holds: true, sent: 1_600, lost: 0, doubled: 0 });
});

test.each([
  [['D99'], 2, /no disaster "D99"/],
  [['D1', 'D2'], 2, /Say one DISASTER/],
  [['--seed', 'x', 'D1'], 2, /--seed is a whole number/],
])('sluice chaos %j is used wrongly', async (args, code, message) => {
  const ended = await chaos(...args);
  expect(ended.code).toBe(code);
  expect(ended.err).toMatch(message);
});

test('the control of the twin opens to nobody without its token', async () => {
  process.env.SLUICE_TWIN_FOLDER = folder;
  const { control } = runningTwin()!;
  delete process.env.SLUICE_TWIN_FOLDER;
  expect(await controlClient<TwinControl>(control).hosts()).toHaveLength(1);
  const guess = controlClient<TwinControl>({ ...control, token: '0'.repeat(48) });
  await expect(guess.kill('host', 'SIGKILL')).rejects.toThrow('401');
});
