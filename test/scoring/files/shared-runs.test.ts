import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readingsCsv } from '../../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { ScoringError } from '../../../src/core/fault.ts';
import type { PartMessage } from '../../../src/core/files/part-message.ts';
import { newestRuns } from '../../../src/scoring/files/list-runs.ts';
import { recordPath, runPaths } from '../../../src/scoring/files/run-record.ts';
import { type RunStatus, runStatus } from '../../../src/scoring/files/run-status.ts';
import { scorePart } from '../../../src/scoring/files/score-part.ts';
import { SharedRuns } from '../../../src/scoring/files/shared-runs.ts';
import { cancelRun, retryRun } from '../../../src/scoring/files/stop-run.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { scoreFile } from '../../../src/scoring/score-file.ts';
import { bundledModels, keepingLog } from '../bundled-model.ts';
import { changedRepository, MemoryFiles, MemorySink } from '../memory-ports.ts';
import { MemoryPieces, MemoryQueues, MemoryRecords, MemoryReports } from './memory-runs.ts';

const repository = new FileModelRepository(bundledModels);
const plain = new ModelRegistry(repository, loadOnnxScorer);
const others: ModelRegistry[] = [];
afterAll(() => Promise.all([plain, ...others].map((registry) => registry.release())));

const first = { number: 0, isLast: false };
const blob = 'machine-failure/shift.csv';

let files: MemoryFiles;
let records: MemoryRecords;
let reports: MemoryReports;
let pieces: MemoryPieces;
let queues: MemoryQueues;
let sink: MemorySink;
let runs: SharedRuns;
let registry: ModelRegistry;
const log = keepingLog();

beforeEach(() => {
  files = new MemoryFiles();
  files.pieceBytes = 4_000;
  records = new MemoryRecords();
  reports = new MemoryReports(files.results);
  pieces = new MemoryPieces(files.results);
  queues = new MemoryQueues();
  sink = new MemorySink();
  runs = newInstance();
  registry = plain;
});

const newInstance = (endPatienceMs = 100) =>
  new SharedRuns({ records, reports, pieces, queues, partBytes: 8_000, endPatienceMs });
const scoring = () => ({ registry, source: files, results: files, sink, runs });

function withRoute(route: object): void {
  const routes = async () => ({ files: [{ prefix: 'machine-failure/', model: 'machine-failure', ...route }] });
  registry = new ModelRegistry(changedRepository(repository, { routes }), loadOnnxScorer);
  others.push(registry);
}

const announce = (attempt = first, name = blob) =>
  scoreFile(scoring(), { container: 'incoming', name, sequencer: undefined }, attempt, log);
const part = (message: PartMessage, attempt = first) => scorePart(scoring(), message, attempt, log);

/** Scores the parts in the queue, in an order of the test's. */
async function scoreParts(order: (messages: PartMessage[]) => PartMessage[] = (messages) => messages): Promise<void> {
  const messages = order(queues.parts);
  queues.parts = [];
  for (const message of messages) await part(message);
}

/** Rows of which every tenth is wrong. */
async function csvOf(rows: number, wrongEvery = 10): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  const [head, ...lines] = Buffer.concat(chunks).toString().trimEnd().split('\n');
  return [head, ...lines.map((line, i) => (i % wrongEvery === 3 ? line.replace(/,[^,]*$/, ',soon') : line)), ''].join(
    '\n',
  );
}

const report = (name = blob) => {
  const path = [...files.results.keys()].find(
    (key) => key.startsWith(`machine-failure/${name}/`) && key.endsWith('report.json'),
  );
  return path === undefined ? undefined : JSON.parse(files.results.get(path) ?? '');
};
const resultOf = (name: string) => files.results.get(`machine-failure/${blob}/${report()?.run}/${name}`);

/** What scoring the same file in one go gives. */
async function undisturbed(text: string, name = blob) {
  const alone = new MemoryFiles();
  alone.upload(name, text);
  const all = { registry, source: alone, results: alone, sink: new MemorySink() };
  const made = await scoreFile(all, { container: 'incoming', name, sequencer: undefined }, first, log);
  const textOf = (file: string) => alone.results.get(`machine-failure/${name}/${made?.run}/${file}`);
  return { report: made!, scores: textOf('scores.csv') ?? textOf('scores.ndjson'), errors: textOf('errors.csv') };
}

const reversed = (messages: PartMessage[]) => messages.toReversed();

describe('a large file', () => {
  test('is cut into parts, which in any order give what one instance gives alone', async () => {
    const text = await csvOf(2_000);
    files.upload(blob, text);
    expect(await announce()).toBeUndefined();
    expect(queues.parts.length).toBeGreaterThan(5);
    expect(report()).toBeUndefined();
    const count = queues.parts.length;
    await scoreParts(reversed);
    const alone = await undisturbed(text);
    expect(resultOf('scores.csv')).toBe(alone.scores);
    expect(resultOf('errors.csv')).toBe(alone.errors);
    const { parts, files: named, ...counts } = report();
    expect(parts).toBe(count);
    expect(named).toEqual(alone.report.files);
    const { rows, scored, rejected, byCode, run, modelDigest } = alone.report;
    expect(counts).toMatchObject({ state: 'succeeded', rows, scored, rejected, byCode, run, modelDigest });
    // Each part is written and called for by itself.
    expect(counts.cost.amount).toBeGreaterThan(alone.report.cost!.amount);
    expect(resultOf('_SUCCESS')).toBe('');
    expect(JSON.parse(files.results.get(`machine-failure/${blob}/_latest.json`) ?? '').run).toBe(run);
  });

  test('of NDJSON is cut too', async () => {
    const name = 'machine-failure/shift.ndjson';
    const [head = '', ...lines] = (await csvOf(400)).trimEnd().split('\n');
    const names = head.split(',');
    const text = lines
      .map((line) =>
        JSON.stringify(
          Object.fromEntries(
            line.split(',').map((cell, i) => [names[i], Number.isNaN(Number(cell)) ? cell : Number(cell)]),
          ),
        ),
      )
      .join('\n');
    files.upload(name, text);
    await announce(first, name);
    expect(queues.parts.length).toBeGreaterThan(3);
    await scoreParts(reversed);
    const alone = await undisturbed(text, name);
    const { run } = report(name);
    expect(files.results.get(`machine-failure/${name}/${run}/scores.ndjson`)).toBe(alone.scores);
  });

  test('shows nothing before it is whole', async () => {
    files.upload(blob, await csvOf(2_000));
    await announce();
    const [one, ...rest] = queues.parts;
    for (const message of rest) await part(message);
    expect([...files.results.keys()]).toEqual([]);
    await part(one!);
    expect(report().state).toBe('succeeded');
  });

  test('announced three times, with parts delivered twice, is one run and one result', async () => {
    const text = await csvOf(1_000);
    files.upload(blob, text);
    await Promise.all([announce(), announce(), announce()]);
    const messages = queues.parts;
    expect(new Set(messages.map((message) => message.part)).size).toBe(messages.length);
    await Promise.all([...messages, ...messages].map((message) => part(message)));
    await announce();
    expect(resultOf('scores.csv')).toBe((await undisturbed(text)).scores);
  });

  test('whose first instance died before it sent the parts is taken up with what it had planned', async () => {
    files.upload(blob, await csvOf(1_000));
    queues.isDown = true;
    await expect(announce()).rejects.toMatchObject({ retryable: true });
    queues.isDown = false;
    await announce({ number: 1, isLast: false });
    await scoreParts();
    expect(report().state).toBe('succeeded');
  });

  test('keeps the parts that are done: only the others are sent again', async () => {
    files.upload(blob, await csvOf(1_000));
    await announce();
    const [one, two, ...lost] = queues.parts;
    await part(one!);
    await part(two!);
    queues.parts = [];
    await announce({ number: 1, isLast: false });
    expect(queues.parts).toEqual(lost);
    await scoreParts();
    expect(report().state).toBe('succeeded');
  });

  test('overwritten on its way ends as a failed run, and the new upload has a run and a result of its own', async () => {
    files.upload(blob, await csvOf(1_000), '0x1');
    await announce();
    const old = queues.parts;
    queues.parts = [];
    await part(old[0]!);
    const text = await csvOf(900, 7);
    files.upload(blob, text, '0x2', '2026-11-21T04:00:00.000Z');
    for (const message of old) await part(message);
    expect(report()).toMatchObject({ state: 'failed', source: { etag: '0x1' }, error: { code: 'file.changed' } });
    expect([...files.results.keys()].filter((path) => path.includes('scores'))).toEqual([]);
    await announce();
    await scoreParts();
    const { run } = JSON.parse(files.results.get(`machine-failure/${blob}/_latest.json`) ?? '');
    expect(files.results.get(`machine-failure/${blob}/${run}/scores.csv`)).toBe((await undisturbed(text)).scores);
  });

  test('that is packed, or a list of JSON, is scored by one instance', async () => {
    const text = await csvOf(1_000);
    const [packed, list] = ['machine-failure/shift.csv.gz', 'machine-failure/shift.json'];
    files.uploads.set(packed, {
      bytes: gzipSync(text, { level: 0 }),
      etag: '0x1',
      lastModified: '2026-11-21T03:00:00.000Z',
    });
    expect(await announce(first, packed)).toMatchObject({ parts: 1, rows: 1_000 });
    files.upload(list, JSON.stringify(Array.from({ length: 500 }, () => ({ type: 'L' }))));
    expect(await announce(first, list)).toMatchObject({ parts: 1, rows: 500, rejected: 500 });
    expect(queues.parts).toEqual([]);
  });

  test('with a wrong header is refused before it is cut', async () => {
    files.upload(blob, (await csvOf(1_000)).replace('torque', 'talk'));
    const made = await announce();
    expect(made).toMatchObject({ state: 'failed', faults: [{ code: 'csv.missing_column' }] });
    expect(queues.parts).toEqual([]);
  });

  test('makes documents by part, in partitions that none can fill', async () => {
    withRoute({ documents: true });
    files.upload(blob, await csvOf(500));
    await announce();
    await scoreParts();
    const { run, parts, scored } = report();
    const documents = [...sink.documents.values()];
    expect(documents.length).toBe(scored);
    expect(new Set(documents.map(({ partition }) => partition)).size).toBeGreaterThanOrEqual(parts);
    expect(documents.every(({ partition }) => partition.startsWith(`${run}~`) || partition.includes('machine'))).toBe(
      true,
    );
  });
});

test('a name of a thousand characters fits into what storage lets a listing show', async () => {
  const name = `machine-failure/${'漢'.repeat(980)}\ud800.csv`;
  files.upload(name, await csvOf(5));
  expect(await announce(first, name)).toMatchObject({ state: 'succeeded' });
  for (const { labels } of records.stored.values()) expect(JSON.stringify(labels).length).toBeLessThan(8_000);
  expect(await newestRuns(runs, 1)).toMatchObject([{ model: 'machine-failure' }]);
});

describe('a threshold of wrong rows', () => {
  test.each([
    ['errorsMax', { errorsMax: 60 }, 'failed'],
    ['errorsMax that is not reached', { errorsMax: 100 }, 'succeeded'],
    ['errorsShareMax', { errorsShareMax: 0.05 }, 'failed'],
  ])('%s ends the run the same in whatever order the parts are scored', async (_, route, state) => {
    withRoute(route);
    const ends = [];
    for (const order of [(messages: PartMessage[]) => messages, reversed]) {
      files.results.clear();
      records.stored.clear();
      runs = newInstance();
      files.upload(blob, await csvOf(1_000));
      await announce();
      await scoreParts(order);
      const { startedAt, durationMs, rowsPerSecond, scanMs, cost, ...rest } = report();
      ends.push({ ...rest, errors: resultOf('errors.csv'), scores: resultOf('scores.csv') });
    }
    expect(ends[0]).toEqual(ends[1]);
    expect(ends[0]).toMatchObject({ state });
    expect(ends[0]?.scores === undefined).toBe(state === 'failed');
  });
});

describe('whoever puts the result together', () => {
  test('and dies over it is replaced', async () => {
    const text = await csvOf(600);
    files.upload(blob, text);
    await announce();
    const last = queues.parts.pop()!;
    await scoreParts();
    pieces.beforeJoin = () => new Promise(() => {});
    // It hangs as a dead one does: no sign of life, since its instance is gone.
    const dead = new SharedRuns({ records, reports, pieces, queues, partBytes: 8_000, endPatienceMs: 1e9 });
    void scorePart({ ...scoring(), runs: dead }, last, first, log);
    await expect.poll(() => records.stored.has(runPaths(last).end)).toBe(true);
    pieces.beforeJoin = async () => {};
    await part(last);
    expect(report().state).toBe('succeeded');
    expect(resultOf('scores.csv')).toBe((await undisturbed(text)).scores);
  });

  test('and lives is waited for: nobody does it a second time', async () => {
    files.upload(blob, await csvOf(600));
    await announce();
    const last = queues.parts.pop()!;
    await scoreParts();
    let release = () => {};
    pieces.beforeJoin = () => new Promise((resolve) => (release = resolve));
    const one = part(last);
    await expect.poll(() => records.stored.has(runPaths(last).end)).toBe(true);
    const other = part(last);
    // Longer than the patience with one who gives no sign of life.
    await new Promise((resolve) => setTimeout(resolve, 400));
    pieces.beforeJoin = async () => {};
    release();
    await Promise.all([one, other]);
    expect(pieces.joins).toBe(2);
  });
});

describe('a part', () => {
  const failingWith = (code: 'sink.unavailable' | 'internal.unexpected') => () => ({
    kind: 'error' as const,
    error: new ScoringError(code, 'not today', { retryable: true }),
  });

  test('that fails and may heal comes again, and gives the run up when it has failed too often', async () => {
    withRoute({ documents: true });
    files.upload(blob, await csvOf(600));
    await announce();
    const [one] = queues.parts;
    sink.failure = failingWith('internal.unexpected');
    for (let failure = 1; failure < 5; failure++) await expect(part(one!)).rejects.toThrow();
    expect(report()).toBeUndefined();
    await part(one!);
    expect(report()).toMatchObject({ state: 'failed' });
  });

  test('that meets an outage waits for its end, however often it comes again', async () => {
    withRoute({ documents: true });
    files.upload(blob, await csvOf(600));
    await announce();
    sink.failure = failingWith('sink.unavailable');
    for (let attempt = 0; attempt < 20; attempt++) {
      await expect(part(queues.parts[0]!, { number: attempt, isLast: false })).rejects.toThrow();
    }
    sink.failure = () => undefined;
    await scoreParts();
    expect(report()).toMatchObject({ state: 'succeeded' });
  });

  test('that kills its process each time ends the run in the end', async () => {
    files.upload(blob, await csvOf(600));
    await announce();
    await part(queues.parts[0]!, { number: 50, isLast: true });
    expect(report()).toMatchObject({ state: 'failed', error: { code: 'run.abandoned' } });
  });

  test('goes back to the queue where the instance has another model under the pinned version', async () => {
    files.upload(blob, await csvOf(600));
    await announce();
    const [one] = queues.parts;
    const path = recordPath(one!.run);
    const stored = records.stored.get(path)!;
    stored.text = stored.text.replace(/"modelDigest":"[^"]*"/, '"modelDigest":"sha256:other"');
    await expect(part(one!)).rejects.toMatchObject({ code: 'model.not_ready', retryable: true });
    expect(report()).toBeUndefined();
  });

  test('of a run that was begun anew is passed over', async () => {
    files.upload(blob, await csvOf(600));
    await announce();
    await part({ ...queues.parts[0]!, startedAt: '2026-01-01T00:00:00.000Z' });
    expect([...records.stored.keys()].filter((path) => path.includes('/parts/'))).toEqual([]);
  });
});

describe('a run', () => {
  const ending = () => ({ runs, results: files, log });

  test('tells how far it is while it goes on', async () => {
    const text = await csvOf(1_000);
    files.upload(blob, text);
    await announce();
    const [one, two] = queues.parts;
    const { run, of } = one!;
    expect(await runStatus(runs, run)).toMatchObject({ state: 'scoring', parts: of, partsDone: 0, rows: 0 });
    await part(one!);
    await part(two!);
    const half = await runStatus(runs, run);
    expect(half).toMatchObject({ state: 'scoring', partsDone: 2, bytesDone: two!.bytes[1], bytes: text.length });
    expect(half!.rows).toBe(half!.scored + half!.rejected);
    expect(half!.rejected).toBeGreaterThan(0);
    await scoreParts();
    expect(await runStatus(runs, run)).toMatchObject({ state: 'succeeded', partsDone: of, rows: 1_000 });
    expect(await runStatus(runs, 'r_other')).toBeUndefined();
    expect(await newestRuns(runs, 5)).toMatchObject([{ run, blob, model: 'machine-failure' }]);
  });

  test('that one instance has alone tells how far it is, too', async () => {
    const name = 'machine-failure/packed.csv.gz';
    const bytes = gzipSync(await csvOf(9_000), { level: 0 });
    files.uploads.set(name, { bytes, etag: '0x1', lastModified: '2026-11-21T03:00:00.000Z' });
    runs = new SharedRuns({ ...runs, lookEveryMs: 0 });
    const seen: (RunStatus | undefined)[] = [];
    const replace = records.replace.bind(records);
    records.replace = async (...args) => {
      const replaced = await replace(...args);
      seen.push(await runStatus(runs, (await newestRuns(runs, 1))[0]!.run));
      return replaced;
    };
    await announce(first, name);
    expect(seen[0]).toMatchObject({ state: 'scoring', parts: 1, partsDone: 0, bytes: bytes.length });
    expect(seen[0]!.rows).toBe(seen[0]!.scored + seen[0]!.rejected);
    const done = seen.map((status) => status!.bytesDone);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done[0]).toBeGreaterThan(0);
  });

  test('that is cancelled shows nothing, and its parts are passed over', async () => {
    files.upload(blob, await csvOf(1_000));
    await announce();
    const [one] = queues.parts;
    await part(one!);
    expect(await cancelRun(ending(), one!.run)).toMatchObject({ state: 'cancelled' });
    await scoreParts();
    expect([...files.results.keys()].map((path) => path.split('/').at(-1))).toEqual(['report.json']);
    expect(await cancelRun(ending(), one!.run)).toMatchObject({ code: 'run.over' });
    expect(await cancelRun(ending(), 'r_other')).toMatchObject({ code: 'run.unknown' });
  });

  test('of a small file is cancelled before its result becomes visible', async () => {
    files.upload(blob, await csvOf(20));
    const open = files.open.bind(files);
    const source = {
      open: async (container: string, name: string) => {
        const file = await open(container, name);
        const read = async function* () {
          const { run } = (await newestRuns(runs, 1))[0]!;
          await cancelRun(ending(), run);
          yield* file!.read();
        };
        return { ...file!, read };
      },
    };
    await scoreFile({ ...scoring(), source }, { container: 'incoming', name: blob, sequencer: undefined }, first, log);
    expect(report().state).toBe('cancelled');
    expect(resultOf('scores.csv')).toBeUndefined();
  });

  test('that failed is begun anew, and late messages of before touch nothing of it', async () => {
    const text = await csvOf(1_000);
    withRoute({ errorsMax: 5 });
    files.upload(blob, text);
    await announce();
    const old = queues.parts;
    await scoreParts();
    expect(report().state).toBe('failed');
    registry = plain;
    expect(await retryRun(ending(), old[0]!.run)).toBeUndefined();
    expect(report()).toBeUndefined();
    expect(queues.announced).toEqual([{ container: 'incoming', blob, again: true }]);
    await scoreFile(scoring(), { container: 'incoming', name: blob, sequencer: undefined, isAgain: true }, first, log);
    for (const message of old) await part(message);
    expect(report()).toBeUndefined();
    await scoreParts();
    expect(report().state).toBe('succeeded');
    expect(resultOf('scores.csv')).toBe((await undisturbed(text)).scores);
    expect(await retryRun(ending(), old[0]!.run)).toMatchObject({ code: 'run.over' });
  });
});
