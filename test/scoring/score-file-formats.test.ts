import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readingsCsv } from '../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreFile } from '../../src/scoring/score-file.ts';
import { bundledModels, keepingLog, readings } from './bundled-model.ts';
import { changedRepository, MemoryFiles, MemorySink } from './memory-ports.ts';

const repository = new FileModelRepository(bundledModels);
let registry: ModelRegistry;
beforeAll(() => {
  registry = new ModelRegistry(repository, loadOnnxScorer);
});
afterAll(() => registry.release());

/** Scores a file that comes in these pieces. */
async function score(name: string, pieces: readonly Uint8Array[], models = registry) {
  const results = new MemoryFiles();
  const source = {
    open: async () => ({
      etag: '0x1',
      bytes: pieces.reduce((sum, { length }) => sum + length, 0),
      lastModified: '2026-11-21T03:00:00.000Z',
      read: async function* () {
        for (const piece of pieces) {
          const bytes = Buffer.from(piece);
          yield bytes;
          // A source has its buffers used again.
          bytes.fill(0);
        }
      },
    }),
  };
  const blob = { container: 'incoming', name: `machine-failure/${name}`, sequencer: undefined };
  const scoring = { registry: models, source, results, sink: new MemorySink() };
  const report = await scoreFile(scoring, blob, { number: 0, isLast: true }, keepingLog());
  const textOf = (file: string) =>
    results.results.get(`machine-failure/machine-failure/${name}/${report?.run}/${file}`);
  const { state, rows, scored, rejected, byCode, faults, error } = report!;
  return {
    state,
    rows,
    scored,
    rejected,
    byCode,
    faults,
    error,
    errors: textOf('errors.csv'),
    textOf,
    report: report!,
  };
}

/** Everything that two runs of the same file must have in common. */
async function outcomeOf(name: string, pieces: readonly Uint8Array[]) {
  const { textOf, report: _, ...rest } = await score(name, pieces);
  return { ...rest, scores: textOf('scores.csv') ?? textOf('scores.ndjson') };
}

async function csvOf(rows: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** As few rows as show all kinds of line ends and quotes on both sides of a good one, some of them wrong: each byte costs a run. */
async function sampleCsv(): Promise<string> {
  const [head, ...lines] = (await csvOf(18)).trimEnd().split('\n');
  const rows = lines.map((line, i) => {
    if (i % 9 === 3) return line.replace(/,[^,]*$/, ',"1\n2"');
    if (i % 9 === 5) return `"${line.replace(',', '","').replace(/,(?=[^"]*$)/, '","')}"`;
    return i % 9 === 7 ? `${line}\r` : line;
  });
  return `${head}\n${rows.join('\n')}\n`;
}

const sampleRecords = () =>
  readings(8).map((reading, i) => JSON.stringify(i % 5 === 3 ? { ...reading, torque: 'ß"' } : reading));

const samples: [string, () => Promise<Uint8Array>][] = [
  ['a.csv', async () => Buffer.from(await sampleCsv())],
  ['a.ndjson', async () => Buffer.from(sampleRecords().join('\r\n'))],
  ['a.json', async () => Buffer.from(`[${sampleRecords().join(',\n')}]`)],
  ['a.csv.gz', async () => gzipSync(await sampleCsv())],
  ['a.csv.zst', async () => zstdCompressSync(await sampleCsv())],
  ['a.ndjson.gz', async () => Buffer.concat(sampleRecords().map((line) => gzipSync(`${line}\n`)))],
  ['a.json.zst', async () => Buffer.concat([`[${sampleRecords()[0]}`, ',{}]'].map((part) => zstdCompressSync(part)))],
];

test.each(samples)('%s: cut at any byte, the same comes of it', { timeout: 300_000 }, async (name, sample) => {
  const bytes = await sample();
  const whole = await outcomeOf(name, [bytes]);
  expect(whole).toMatchObject({ state: 'succeeded', scores: expect.any(String) });
  expect(whole.rejected).toBeGreaterThan(0);
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(await outcomeOf(name, [bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toEqual(whole);
  }
});

test('one wrong row in each of ten ways: ten lines with their places, all others are scored', async () => {
  const lines = (await csvOf(30)).trimEnd().split('\n');
  const replaceCell = (line: string, cell: number, text: string) => line.split(',').with(cell, text).join(',');
  const columns = lines[0]!.split(',');
  const at = (name: string) => columns.indexOf(name);
  const wrong: [string, string, (line: string) => string][] = [
    ['number.malformed', 'torque', (line) => replaceCell(line, at('torque'), '=1+1')],
    ['feature.missing', 'torque', (line) => replaceCell(line, at('torque'), '')],
    ['feature.out_of_range', 'torque', (line) => replaceCell(line, at('torque'), '-3')],
    ['number.overflow', 'torque', (line) => replaceCell(line, at('torque'), '1e400')],
    ['feature.unknown_category', 'type', (line) => replaceCell(line, at('type'), 'Q')],
    ['csv.wrong_field_count', '', (line) => `${line},1`],
    ['csv.wrong_field_count', '', () => 'machine-1,L'],
    ['csv.unclosed_quote', '', (line) => `"${line}`],
    ['key.malformed', 'machineId', (line) => replaceCell(line, at('machineId'), 'm'.repeat(300))],
    ['row.too_long', '', (line) => `${line}${'x'.repeat(1 << 20)}`],
  ];
  const lineOf = (i: number) => 2 + 2 * i;
  wrong.forEach(([, , spoil], i) => {
    lines[lineOf(i) - 1] = spoil(lines[lineOf(i) - 1]!);
  });
  const byteOf = (line: number) => Buffer.byteLength(lines.slice(0, line - 1).join('\n')) + 1;
  const { rows, scored, rejected, errors } = await score('ten.csv', [Buffer.from(`${lines.join('\n')}\n`)]);
  expect({ rows, scored, rejected }).toEqual({ rows: 30, scored: 20, rejected: 10 });
  const found = errors!
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(0, 5).join(' '));
  expect(found).toEqual(
    wrong.map(([code, column], i) => `${lineOf(i) - 2} ${lineOf(i)} ${byteOf(lineOf(i))} ${column} ${code}`),
  );
  expect(errors).toContain(`"""=1+1"""`);
});

describe('Parquet', () => {
  test('needs a reader of its own; without one the file is refused', async () => {
    const { state, error } = await score('a.parquet', [Buffer.from('PAR1')]);
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'file.unknown_format' });
  });

  test('is packed inside, and not around', async () => {
    const { error } = await score('a.parquet.gz', [Buffer.from('PAR1')]);
    expect(error).toMatchObject({ code: 'file.unknown_format', message: expect.stringContaining('".parquet.gz"') });
  });
});

describe('the route says how scores are written', () => {
  const results = (format: string) =>
    new ModelRegistry(
      changedRepository(repository, {
        routes: async () => ({
          files: [{ prefix: '', model: 'machine-failure', results: format, columns: ['machineId', 'torque'] }],
        }),
      }),
      loadOnnxScorer,
    );
  const records = () => Buffer.from(sampleRecords().join('\n'));

  test('as NDJSON, with what is repeated as it came', async () => {
    const csv = await csvOf(3);
    const { textOf, scored } = await score('a.csv', [Buffer.from(csv)], results('ndjson'));
    const lines = textOf('scores.ndjson')!.trimEnd().split('\n');
    expect({ scored, lines: lines.length }).toEqual({ scored: 3, lines: 3 });
    const [head, first] = csv.split('\n').map((line) => line.split(','));
    const input = Object.fromEntries(['machineId', 'torque'].map((name) => [name, first![head!.indexOf(name)]]));
    expect(JSON.parse(lines[0]!)).toEqual({
      row: 0,
      input,
      outputs: { label: expect.any(String), probability: expect.any(Number) },
    });
    const fromJson = (await score('a.ndjson', [records()], results('ndjson'))).textOf('scores.ndjson')!;
    const { machineId, torque } = readings(1)[0]!;
    expect(JSON.parse(fromJson.split('\n')[0]!).input).toEqual({ machineId, torque });
  });

  test('as CSV, of records too', async () => {
    const { textOf } = await score('a.json', [Buffer.from(`[${sampleRecords().join()}]`)], results('csv'));
    const [head, first] = textOf('scores.csv')!.split('\n');
    const { machineId, torque } = readings(1)[0]!;
    expect(head).toBe('row,machineId,torque,label,probability');
    expect(first).toMatch(new RegExp(`^0,${machineId},${torque},`));
  });

  test('as Parquet, in parts, of which there is one also without a row', async () => {
    for (const [bytes, count] of [
      [records(), 7],
      [Buffer.from('{}\n{}'), 0],
    ] as const) {
      const { textOf, scored, report } = await score('a.ndjson', [bytes], results('parquet'));
      expect(scored).toBe(count);
      expect(report.files.map(({ name }) => name)).toEqual(['part-000000.parquet', 'errors.csv']);
      const file = textOf('part-000000.parquet')!;
      expect([file.slice(0, 4), file.slice(-4)]).toEqual(['PAR1', 'PAR1']);
    }
  });
});

describe('rows that a file has twice', () => {
  const dropping = (by: string) =>
    new ModelRegistry(
      changedRepository(repository, {
        routes: async () => ({
          files: [{ prefix: '', model: 'machine-failure', dropDuplicates: by, columns: ['machineId'] }],
        }),
      }),
      loadOnnxScorer,
    );
  const rowsOf = (scores: string | undefined) =>
    scores!
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[0]));

  test('are left out by content, however they are written; the first one stays', async () => {
    const [head, a, b, c] = (await csvOf(3)).trimEnd().split('\n') as [string, string, string, string];
    const respelt = a.replace(/,(\d+)\.(\d+),/, ',+$1.$200,');
    const text = [head, a, b, a, c, 'wrong', 'wrong', respelt, b, a].join('\n');
    for (const pieces of [[text], text.split(/(?<=\n)/)]) {
      const { rows, scored, rejected, report, textOf } = await score(
        'a.csv',
        pieces.map((piece) => Buffer.from(piece)),
        dropping('content'),
      );
      expect({ rows, scored, rejected }).toEqual({ rows: 9, scored: 3, rejected: 2 });
      expect(report.duplicates).toEqual({ by: 'content', dropped: 4, isExact: true });
      expect(rowsOf(textOf('scores.csv'))).toEqual([0, 1, 3]);
    }
  });

  test('are left out by key; a row without one is none', async () => {
    const records = readings(3).map((reading, i) => ({ ...reading, machineId: ['m', 'm', undefined][i] }));
    const text = [...records, records[2], { ...records[0], machineId: 'n' }]
      .map((each) => JSON.stringify(each))
      .join('\n');
    const { report, textOf } = await score('a.ndjson', [Buffer.from(text)], dropping('key'));
    expect(report).toMatchObject({ rows: 5, scored: 4, duplicates: { by: 'key', dropped: 1, isExact: true } });
    const lines = textOf('scores.ndjson')!
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ row, input }) => [row, input.machineId])).toEqual([
      [0, 'm'],
      [2, null],
      [3, null],
      [4, 'n'],
    ]);
  });
});

describe('packed files', () => {
  test('that are not whole, or not packed so, end as a failed run', async () => {
    const packed = gzipSync(await csvOf(50));
    for (const bytes of [packed.subarray(0, -5), Buffer.from('a,b\n'), Buffer.alloc(0)]) {
      expect(await score('a.csv.gz', [bytes])).toMatchObject({
        state: 'failed',
        error: { code: 'body.malformed_encoding' },
      });
    }
  });

  test.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ])('a bomb (.%s) stops where more comes out than may', async (ending, pack) => {
    const bomb = pack(Buffer.concat([Buffer.from(await csvOf(1)), Buffer.alloc(256 << 20, 'x')]));
    const before = process.memoryUsage().rss;
    const { state, error } = await score(`bomb.csv.${ending}`, [bomb]);
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'file.too_large' });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  });
});

describe('too many wrong rows', () => {
  const models = (route: object) =>
    new ModelRegistry(
      changedRepository(repository, {
        routes: async () => ({ files: [{ prefix: 'machine-failure/', model: 'machine-failure', ...route }] }),
      }),
      loadOnnxScorer,
    );
  const withWrong = async (wrong: number) => [Buffer.from(`${await csvOf(20 - wrong)}${'bad\n'.repeat(wrong)}`)];

  test('a share is judged at the end; the wrong rows are there to be seen, the scores are not', async () => {
    expect(await score('a.csv', await withWrong(5), models({ errorsShareMax: 0.25 }))).toMatchObject({
      state: 'succeeded',
    });
    const { state, faults, errors, textOf } = await score(
      'a.csv',
      await withWrong(6),
      models({ errorsShareMax: 0.25 }),
    );
    expect({ state, faults }).toEqual({
      state: 'failed',
      faults: [
        {
          code: 'file.too_many_errors',
          path: '',
          expected: 'at most a share of 0.25 of the rows to be wrong',
          got: '6 of 20',
        },
      ],
    });
    expect(errors!.trimEnd().split('\n')).toHaveLength(7);
    expect(textOf('scores.csv')).toBeUndefined();
  });

  test('a count ends the run as soon as it is passed', async () => {
    const pieces = await withWrong(6);
    expect(await score('a.csv', pieces, models({ errorsMax: 6 }))).toMatchObject({ state: 'succeeded' });
    expect(await score('a.csv', pieces, models({ errorsMax: 5 }))).toMatchObject({ state: 'failed', rejected: 6 });
  });
});
