import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readingsCsv } from '../../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { isDue } from '../../../src/core/routes/daily.ts';
import { FileReconciler } from '../../../src/scoring/files/reconcile-files.ts';
import { scorePart } from '../../../src/scoring/files/score-part.ts';
import { SharedRuns } from '../../../src/scoring/files/shared-runs.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { scoreFile } from '../../../src/scoring/score-file.ts';
import { bundledModels, keepingLog } from '../bundled-model.ts';
import { changedRepository, MemoryFiles, MemorySink } from '../memory-ports.ts';
import { MemoryPieces, MemoryQueues, MemoryRecords, MemoryReports } from './memory-runs.ts';

const repository = new FileModelRepository(bundledModels);
const registries: ModelRegistry[] = [];
afterAll(() => Promise.all(registries.map((registry) => registry.release())));

const minuteMs = 60_000;
const first = { number: 0, isLast: false };
const blob = 'machine-failure/shift.csv';
const log = keepingLog();

let files: MemoryFiles;
let queues: MemoryQueues;
let runs: SharedRuns;
let registry: ModelRegistry;
let reconciler: FileReconciler;

function start(route: object = {}): void {
  const routes = async () => ({ files: [{ prefix: 'machine-failure/', model: 'machine-failure', ...route }] });
  registry = new ModelRegistry(changedRepository(repository, { routes }), loadOnnxScorer);
  registries.push(registry);
  files = new MemoryFiles();
  queues = new MemoryQueues();
  const records = new MemoryRecords();
  const reports = new MemoryReports(files.results);
  runs = new SharedRuns({ records, reports, pieces: new MemoryPieces(files.results), queues, partBytes: 8_000 });
  const uploads = {
    async *pages() {
      yield [...files.uploads].map(([name, { etag, lastModified }]) => ({
        container: 'incoming',
        blob: name,
        etag,
        modifiedMs: Date.parse(lastModified),
      }));
    },
  };
  reconciler = new FileReconciler({ registry, runs, uploads });
}

beforeEach(() => start());

/** Uploads rows that came so many minutes ago. */
async function upload(rows: number, minutesAgo: number): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  files.upload(
    blob,
    Buffer.concat(chunks).toString(),
    '0x1',
    new Date(Date.now() - minutesAgo * minuteMs).toISOString(),
  );
}

const scoring = () => ({ registry, source: files, results: files, sink: new MemorySink(), runs });
const announce = (isAgain = false) =>
  scoreFile(scoring(), { container: 'incoming', name: blob, sequencer: undefined, isAgain }, first, log);
const reconcile = (inMinutes = 0) => reconciler.reconcile(Date.now() + inMinutes * minuteMs, log);

test('a file that no event announced is announced, one that just came is waited for', async () => {
  await upload(10, 1);
  expect(await reconcile()).toEqual({ looked: 1, unannounced: 0, stuck: 0 });
  expect(await reconcile(6)).toMatchObject({ unannounced: 1 });
  expect(queues.announced).toEqual([{ container: 'incoming', blob, again: false }]);
  await announce();
  expect(await reconcile(30)).toEqual({ looked: 1, unannounced: 0, stuck: 0 });
});

test('parts whose messages are lost are sent again, and only those; a run that goes on is left alone', async () => {
  await upload(1_000, 10);
  await announce();
  const [one, ...lost] = queues.parts;
  await scorePart(scoring(), one!, first, log);
  expect(await reconcile(10)).toMatchObject({ stuck: 0 });
  expect(await reconcile(20)).toMatchObject({ stuck: 1 });
  expect(queues.announced).toEqual([{ container: 'incoming', blob, again: true }]);
  queues.parts = [];
  await announce(true);
  expect(queues.parts).toEqual(lost);
  for (const message of queues.parts) await scorePart(scoring(), message, first, log);
  expect(await reconcile(60)).toMatchObject({ stuck: 0, unannounced: 0 });
});

test('a run whose parts are all done, and whose committer is gone, is put together', async () => {
  await upload(600, 10);
  await announce();
  const messages = queues.parts;
  const pieces = { piece: (path: string) => runs.pieces.piece(path), join: () => Promise.reject(new Error('killed')) };
  const dying = new SharedRuns({ ...runs, pieces, endPatienceMs: 1 });
  for (const message of messages) await scorePart({ ...scoring(), runs: dying }, message, first, log).catch(() => {});
  expect(await reconcile(20)).toMatchObject({ stuck: 1 });
  queues.parts = [];
  await announce(true);
  expect(queues.parts).toHaveLength(1);
  const patient = new SharedRuns({ ...runs, endPatienceMs: 1 });
  await scorePart({ ...scoring(), runs: patient }, queues.parts[0]!, first, log);
  expect([...files.results.keys()].some((path) => path.endsWith('_SUCCESS'))).toBe(true);
});

test('files that no route takes, and those that are very old, are passed over', async () => {
  files.upload('nobody/shift.csv', 'a', '0x1', new Date(Date.now() - 60 * minuteMs).toISOString());
  await upload(10, 100 * 24 * 60);
  expect(await reconcile()).toEqual({ looked: 2, unannounced: 0, stuck: 0 });
});

describe('a route with a time of the day', () => {
  const at = (offsetMinutes: number) => new Date(Date.now() + offsetMinutes * minuteMs).toISOString().slice(11, 16);

  test('keeps its files until then', async () => {
    start({ dailyAt: at(30) });
    await upload(10, 10);
    expect(await announce()).toBeUndefined();
    expect(await reconcile()).toMatchObject({ unannounced: 0 });
    expect(await reconcile(31)).toMatchObject({ unannounced: 1 });
  });

  test('scores what came before it', async () => {
    start({ dailyAt: at(-2) });
    await upload(10, 10);
    expect(await reconcile()).toMatchObject({ unannounced: 1 });
    expect(await announce()).toMatchObject({ state: 'succeeded' });
  });

  test.each([
    ['2026-11-20T23:00:00Z', '2026-11-21T01:59:00Z', false],
    ['2026-11-20T23:00:00Z', '2026-11-21T02:00:00Z', true],
    ['2026-11-21T02:00:00Z', '2026-11-21T02:00:01Z', true],
    ['2026-11-21T02:01:00Z', '2026-11-21T23:59:00Z', false],
    ['2026-11-21T02:01:00Z', '2026-11-22T02:00:00Z', true],
  ])('at 02:00: came %s, now %s: %s', (came, now, due) => {
    expect(isDue('02:00', Date.parse(came), Date.parse(now))).toBe(due);
    expect(isDue(undefined, Date.parse(came), Date.parse(now))).toBe(true);
  });
});
