import { beforeEach, describe, expect, test } from 'vitest';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { ScoringError } from '../../src/core/fault.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { type FileScoring, scoreFile } from '../../src/scoring/score-file.ts';
import { bundledModels, keepingLog, readings } from './bundled-model.ts';
import { changedRepository, MemoryFiles, MemorySink, unavailable } from './memory-ports.ts';

const first = { number: 0, isLast: false };
const last = { number: 4, isLast: true };
const repository = new FileModelRepository(bundledModels);

let files: MemoryFiles;
let sink: MemorySink;
let log: ReturnType<typeof keepingLog>;
let registry: ModelRegistry;

beforeEach(() => {
  files = new MemoryFiles();
  sink = new MemorySink();
  log = keepingLog();
  registry = new ModelRegistry(repository, loadOnnxScorer);
});

const withRoute = (route: object) => {
  const routes = async () => ({ files: [{ prefix: 'machine-failure/', model: 'machine-failure', ...route }] });
  registry = new ModelRegistry(changedRepository(repository, { routes }), loadOnnxScorer);
};

const score = (name: string, attempt = first, changes: Partial<FileScoring> = {}) =>
  scoreFile(
    { registry, source: files, results: files, sink, ...changes },
    { container: 'incoming', name, sequencer: undefined },
    attempt,
    log,
  );

const blob = 'machine-failure/shift.csv';

async function csvOf(rows: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const result = (run: string | undefined, name: string) =>
  files.results.get(`${blob.replace(/^/, 'machine-failure/')}/${run}/${name}`) ?? '';
const linesOf = (text: string) => text.trimEnd().split('\n');

test('scores come back in the order of the rows, with a report, a mark and a pointer', async () => {
  files.upload(blob, await csvOf(5_000));
  const report = await score(blob);
  expect(report).toMatchObject({
    state: 'succeeded',
    model: 'machine-failure',
    version: 1,
    rows: 5_000,
    scored: 5_000,
    rejected: 0,
  });
  const [head, ...lines] = linesOf(result(report?.run, 'scores.csv'));
  expect(head).toBe('row,label,probability');
  expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  expect(JSON.parse(result(report?.run, 'report.json'))).toEqual(report);
  expect(files.results.has(`machine-failure/${blob}/${report?.run}/_SUCCESS`)).toBe(true);
  expect(JSON.parse(files.results.get(`machine-failure/${blob}/_latest.json`) ?? '')).toMatchObject({
    run: report?.run,
  });
});

test('wrong rows are listed with line, column and reason; the good ones are scored', async () => {
  const lines = linesOf(await csvOf(10));
  lines[3] = lines[3]!.replace(/,[^,]*$/, ',soon');
  lines[5] = 'machine-1,L';
  lines[8] = lines[8]!.replace(/,[LMH],/, ',Q,').replace(/,[^,]*$/, ',');
  files.upload(blob, `${lines.join('\n')}\n`);
  const report = await score(blob);
  expect(report).toMatchObject({
    rows: 10,
    scored: 7,
    rejected: 3,
    byCode: { 'number.malformed': 1, 'csv.wrong_field_count': 1, 'feature.unknown_category': 1 },
  });
  const errors = linesOf(result(report?.run, 'errors.csv')).map((line) =>
    line
      .split(',')
      .filter((_, i) => [0, 1, 3, 4].includes(i))
      .join(' '),
  );
  expect(errors).toEqual([
    'row line column code',
    '2 4 toolWear number.malformed',
    '4 6  csv.wrong_field_count',
    '7 9 type feature.unknown_category',
    '7 9 toolWear feature.missing',
  ]);
  const scored = linesOf(result(report?.run, 'scores.csv'))
    .slice(1)
    .map((line) => Number(line.split(',')[0]));
  expect(scored).toEqual([0, 1, 3, 5, 6, 8, 9]);
});

test('how a file is cut into pieces changes nothing', async () => {
  files.upload(blob, await csvOf(50));
  const whole = await score(blob);
  for (const pieceBytes of [1, 7, 100]) {
    const other = new MemoryFiles();
    other.upload(blob, await csvOf(50));
    other.pieceBytes = pieceBytes;
    await score(blob, first, { source: other, results: other });
    const path = `machine-failure/${blob}/${whole?.run}/scores.csv`;
    expect(other.results.get(path)).toBe(files.results.get(path));
  }
});

test('the same upload announced three times is one run', async () => {
  files.upload(blob, await csvOf(5));
  const report = await score(blob);
  const before = new Map(files.results);
  expect(await score(blob)).toBeUndefined();
  expect(await score(blob)).toBeUndefined();
  expect(files.results).toEqual(before);
  expect(report?.run).toMatch(/^r_/);
});

test('the pointer goes to the newer upload, whichever is scored last', async () => {
  const older = new MemoryFiles();
  older.upload(blob, await csvOf(3), '0x1', '2026-11-21T03:00:00.000Z');
  files.upload(blob, await csvOf(4), '0x2', '2026-11-21T03:00:05.000Z');
  const newer = await score(blob);
  await score(blob, first, { source: older });
  expect(JSON.parse(files.results.get(`machine-failure/${blob}/_latest.json`) ?? '')).toMatchObject({
    run: newer?.run,
  });
});

test('chosen columns are repeated', async () => {
  withRoute({ columns: ['machineId', 'type'] });
  files.upload(blob, await csvOf(2));
  const report = await score(blob);
  const [head, line] = linesOf(result(report?.run, 'scores.csv'));
  expect(head).toBe('row,machineId,type,label,probability');
  expect(line).toMatch(/^0,machine-1,[LMH],(ok|failure),/);
});

test('rows become documents where the route says so', async () => {
  withRoute({ documents: true });
  files.upload(blob, await csvOf(3), '0x8D');
  const report = await score(blob);
  expect([...sink.documents.keys()]).toEqual(
    [0, 1, 2].map((row) => `file~incoming~machine-failure!2Fshift.csv~0x8D~${row}~machine-failure`),
  );
  expect([...sink.documents.values()][0]).toMatchObject({ partition: `${report?.run}~0`, key: 'machine-1' });
});

test('NDJSON in, NDJSON out', async () => {
  const name = 'machine-failure/shift.ndjson';
  files.upload(
    name,
    readings(4)
      .map((reading) => `${JSON.stringify(reading)}\n`)
      .join(''),
  );
  const report = await score(name);
  expect(report).toMatchObject({ state: 'succeeded', rows: 4, scored: 4 });
  const scores = linesOf(files.results.get(`machine-failure/${name}/${report?.run}/scores.ndjson`) ?? '');
  expect(scores.map((line) => JSON.parse(line).row)).toEqual([0, 1, 2, 3]);
});

describe('what can be said against a file ends in its report, not in an endless repetition', () => {
  test.each([
    ['pump/shift.csv', 'torque\n1\n', '_unrouted/pump/shift.csv', { error: { code: 'model.unknown' } }],
    [
      'machine-failure/a.xlsx',
      'x',
      'machine-failure/machine-failure/a.xlsx',
      { error: { code: 'file.unknown_format' } },
    ],
    ['machine-failure/e.csv', '', 'machine-failure/machine-failure/e.csv', { faults: [{ code: 'csv.no_header' }] }],
    [
      'machine-failure/h.csv',
      'type,torqe\nL,1\n',
      'machine-failure/machine-failure/h.csv',
      { faults: expect.arrayContaining([expect.objectContaining({ code: 'csv.missing_column' })]) },
    ],
  ])('%s', async (name, text, folder, said) => {
    files.upload(name, text);
    const report = await score(name);
    expect(report).toMatchObject({ state: 'failed', ...said });
    expect(JSON.parse(files.results.get(`${folder}/${report?.run}/report.json`) ?? '')).toMatchObject({
      state: 'failed',
    });
    expect(files.results.has(`${folder}/${report?.run}/_SUCCESS`)).toBe(false);
    expect(files.results.has(`${folder}/${report?.run}/scores.csv`)).toBe(false);
  });

  test('a route to a version that is not there', async () => {
    withRoute({ alias: '7' });
    files.upload(blob, await csvOf(1));
    expect(await score(blob)).toMatchObject({ state: 'failed', error: { code: 'model.unknown' } });
  });

  test('more wrong rows than the route allows', async () => {
    withRoute({ errorsMax: 1 });
    files.upload(blob, `${await csvOf(3)}bad\nworse\n`);
    expect(await score(blob)).toMatchObject({
      state: 'failed',
      rejected: 2,
      faults: [{ code: 'file.too_many_errors' }],
    });
  });
});

test('a blob that is gone is no run', async () => {
  expect(await score('machine-failure/gone.csv')).toBeUndefined();
  expect(log.lines).toMatchObject([{ level: 'warning', message: 'file.not_found' }]);
});

test('what may heal is thrown, and at the last attempt it is in the report', async () => {
  withRoute({ documents: true });
  files.upload(blob, await csvOf(3));
  sink.failure = () => unavailable;
  await expect(score(blob)).rejects.toMatchObject({ code: 'sink.unavailable' });
  expect(files.results.size).toBe(0);
  expect(await score(blob, last)).toMatchObject({ state: 'failed', error: { code: 'sink.unavailable' } });
});

test('a file that changes while it is read ends as a failed run of the old version', async () => {
  files.upload(blob, await csvOf(3));
  const source: FileScoring['source'] = {
    open: async (container, name) => {
      const file = await files.open(container, name);
      if (file === undefined) return undefined;
      // biome-ignore lint/correctness/useYield: the first read fails.
      async function* read(): AsyncGenerator<Uint8Array> {
        throw new ScoringError('file.changed', 'overwritten', { retryable: false });
      }
      return { ...file, read };
    },
  };
  expect(await score(blob, first, { source })).toMatchObject({ state: 'failed', error: { code: 'file.changed' } });
});

test('every file logs a receipt', async () => {
  files.upload(blob, `${await csvOf(3)}bad\n`);
  await score(blob);
  expect(log.lines).toMatchObject([
    { message: 'receipt', fields: { received: 4, scored: 3, rejected: 1, parked: 0, skipped: 0 } },
  ]);
});
