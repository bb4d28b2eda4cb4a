import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTwin, type Twin } from '../../local/twin.ts';
import type { Proof } from '../../src/scoring/proving/proving-ground.ts';
import { runInProcess } from '../cli/run-in-process.ts';

let folder: string;
let twin: Twin;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-prove-'));
  twin = await startTwin({ addressFolder: folder, isSupervised: true });
});
afterAll(async () => {
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

test('sluice prove kills and throttles the twin, finds every event in its one place, and writes a dated report', async () => {
  const file = join(folder, 'proof.md');
  const args = [
    'prove',
    '--events',
    '600',
    '--rate',
    '400',
    '--calls',
    '5',
    '--minutes',
    '2',
    '--report',
    file,
    '--json',
  ];
  const { code, out, err } = await runInProcess(args, { twinFolder: folder });
  const proof = JSON.parse(out) as Proof;
  expect({ code, problems: proof.problems }, err).toEqual({ code: 0, problems: [] });
  expect(proof.done).toEqual([
    expect.stringMatching(/^The worker \d+ was killed with SIGKILL/),
    expect.stringMatching(/^The worker \d+ was killed with SIGKILL/),
    'Cosmos DB answers 30 % of the writes with 429.',
  ]);
  const figures = Object.fromEntries(proof.figures.map(({ what, value }) => [what, value]));
  expect(figures).toMatchObject({ 'events that were received': 600, 'of them, gaps': 0, 'of them, doubles': 0 });
  expect(figures['request units a document']).toBeGreaterThan(4);
  const report = await readFile(file, 'utf8');
  expect(report).toMatch(/^# Proof of \d{4}-\d{2}-\d{2}: the local twin\n/);
  expect(report).toContain('It holds: every event has exactly one place.');
});
