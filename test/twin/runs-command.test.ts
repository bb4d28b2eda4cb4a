import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { startTwin, type Twin } from '../../local/twin.ts';
import type { RunStatus } from '../../src/scoring/files/run-status.ts';
import { runInProcess } from '../cli/run-in-process.ts';

let folder: string;
let twin: Twin;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-runs-'));
  twin = await startTwin({ addressFolder: folder, settings: { SLUICE_PART_MB: '0.05' } });
});
afterAll(async () => {
  await twin?.close();
  await rm(folder, { recursive: true, force: true });
});

const sluice = (...args: string[]) => runInProcess(args, { twinFolder: folder });
const runs = async (...args: string[]): Promise<RunStatus[]> =>
  JSON.parse((await sluice('runs', 'list', '--json', ...args)).out);

async function csvFile(name: string, rows: number, headerOf = (head: string) => head): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 9, seed: 3, rows })) chunks.push(chunk);
  const path = join(folder, name);
  await writeFile(path, Buffer.concat(chunks).toString().replace(/^.*/, headerOf));
  return path;
}

test('runs are listed, shown, and begun anew when they failed', async () => {
  expect((await sluice('runs')).out).toMatch(/No file was scored yet/);
  const good = await sluice('upload', await csvFile('good.csv', 5_000), '--to', 'machine-failure', '--out', folder);
  expect(good).toMatchObject({ code: 0, err: '' });
  const wrongHeader = await csvFile('wrong.csv', 5_000, (head) => head.replace('torque', 'talk'));
  expect((await sluice('upload', wrongHeader, '--to', 'machine-failure', '--out', folder)).code).toBe(1);

  const [failed, succeeded] = await runs();
  expect(failed).toMatchObject({ state: 'failed', blob: 'machine-failure/wrong.csv' });
  expect(succeeded).toMatchObject({ state: 'succeeded', blob: 'machine-failure/good.csv', rows: 5_000 });
  expect(succeeded!.parts).toBeGreaterThan(2);
  expect((await sluice('runs')).out).toMatch(/succeeded +machine-failure\/good\.csv/);
  expect(await runs('--limit', '1')).toHaveLength(1);

  const shown = await sluice('runs', 'show', succeeded!.run);
  expect(shown).toMatchObject({ code: 0, out: expect.stringMatching(/rows +5,000: 5,000 scored, 0 rejected/) });
  const shownFailed = await sluice('runs', 'show', failed!.run);
  expect(shownFailed).toMatchObject({ code: 1, out: expect.stringMatching(/because +csv\.missing_column/) });

  expect(await sluice('runs', 'cancel', succeeded!.run)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/ended/),
  });
  expect(await sluice('runs', 'retry', succeeded!.run)).toMatchObject({ code: 1 });
  expect(await sluice('runs', 'retry', failed!.run)).toMatchObject({ code: 0 });
  await expect
    .poll(async () => (await runs()).find(({ run }) => run === failed!.run), { timeout: 30_000, interval: 300 })
    .toMatchObject({ state: 'failed', startedAt: expect.not.stringContaining(failed!.startedAt) });
});

test.each([
  [['runs', 'shwo'], 2, /Say list, show RUN/],
  [['runs', 'show'], 2, /Say list, show RUN/],
  [['runs', 'show', 'r_x'], 2, /no run r_x/],
  [['runs', 'cancel', 'r_x'], 1, /no run r_x/],
  [['runs', '--limit', 'many'], 2, /whole number/],
])('sluice %s', async (args, code, message) => {
  const ended = await sluice(...args);
  expect(ended.code).toBe(code);
  expect(ended.err).toMatch(message);
});

test('an upload asks for the format of its scores, also of a file in parts', async () => {
  const file = await csvFile('asked.csv', 5_000);
  const upload = (format: string) =>
    sluice('upload', file, '--to', 'machine-failure', '--out', folder, '--results', format);
  expect(await upload('xlsx')).toMatchObject({ code: 2, err: expect.stringMatching(/csv, ndjson, parquet/) });
  expect(await upload('ndjson')).toMatchObject({ code: 0, err: '' });
  const lines = (await readFile(join(folder, 'asked.scores.ndjson'), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(5_000);
  expect(JSON.parse(lines[4_999]!)).toMatchObject({ row: 4_999 });
  const [newest] = await runs('--limit', '1');
  expect(newest!.parts).toBeGreaterThan(2);
});

test('results are saved in a folder that was not there, and none writes over that of a file with another ending', async () => {
  const csv = await csvFile('twice.csv', 20);
  const gzip = join(folder, 'twice.csv.gz');
  await writeFile(gzip, gzipSync(await readFile(csv)));
  const out = join(folder, 'made', 'now');
  expect(await sluice('upload', csv, gzip, '--to', 'machine-failure', '--out', out)).toMatchObject({
    code: 0,
    err: '',
  });
  const kinds = ['errors.csv', 'scores.csv'];
  const names = ['twice.csv', 'twice.csv.gz'].flatMap((name) => kinds.map((kind) => `${name}.${kind}`));
  expect((await readdir(out)).toSorted()).toEqual(names.toSorted());
  const same = await sluice('upload', csv, join(folder, '.', 'twice.csv'), '--to', 'machine-failure');
  expect(same).toMatchObject({ code: 2, err: expect.stringMatching(/Two files are named twice\.csv/) });
  expect(await sluice('upload', folder, '--to', 'machine-failure')).toMatchObject({ code: 2 });
});
