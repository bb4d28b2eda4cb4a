import { gzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readingsCsv } from '../../../local/devices/readings-csv.ts';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { SharedRuns } from '../../../src/scoring/files/shared-runs.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { scoreFile } from '../../../src/scoring/score-file.ts';
import { bundledModels, keepingLog } from '../bundled-model.ts';
import { changedRepository, MemoryFiles, MemorySink } from '../memory-ports.ts';
import { MemoryPieces, MemoryQueues, MemoryRecords, MemoryReports } from './memory-runs.ts';
import { type Life, mortal } from './mortal-ports.ts';

const rows = 5_000;
/** Gives stretches of 1,024 rows: five of them. */
const partBytes = 1 << 16;
const smallerPartBytes = 1 << 15;

const registries: ModelRegistry[] = [];
afterAll(() => Promise.all(registries.map((registry) => registry.release())));

function registryOf(route: object): ModelRegistry {
  const routes = async () => ({ files: [{ prefix: 'machine-failure/', model: 'machine-failure', ...route }] });
  const repository = changedRepository(new FileModelRepository(bundledModels), { routes });
  const registry = new ModelRegistry(repository, loadOnnxScorer);
  registries.push(registry);
  return registry;
}

/** Rows of which some are wrong, and some are there twice. */
async function sample(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv({ machines: 20, seed: 7, rows })) chunks.push(chunk);
  const [head, ...lines] = Buffer.concat(chunks).toString().trimEnd().split('\n');
  const written = lines.map((line, i) => {
    if (i % 97 === 5) return line.replace(/,[^,]*$/, ',soon');
    return i % 89 === 50 ? lines[i - 49]! : line;
  });
  return [head, ...written, ''].join('\n');
}
const text = await sample();

const packed = { blob: 'machine-failure/a.csv.gz', bytes: gzipSync(text) };
const plain = { blob: 'machine-failure/a.csv', bytes: Buffer.from(text) };

const compressors = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) };

/** Storage that instances share, and a file in it. */
class World {
  readonly files = new MemoryFiles();
  readonly records = new MemoryRecords();
  readonly pieces = new MemoryPieces(this.files.results);
  readonly reports = new MemoryReports(this.files.results);
  readonly sink = new MemorySink();
  readonly #blob: string;
  readonly #registry: ModelRegistry;
  #announced = 0;

  constructor({ blob, bytes }: typeof packed, registry: ModelRegistry) {
    this.#blob = blob;
    this.#registry = registry;
    this.files.upload(blob, bytes, '0x1');
  }

  /** One more instance takes the message of the file. @returns how that ended */
  async deliver(life: Life = { steps: Number.POSITIVE_INFINITY }, options: Partial<SharedRuns> = {}) {
    const number = this.#announced++;
    // Each time the bytes come in other pieces.
    this.files.pieceBytes = [4_000, 1_777, 9_001][number % 3]!;
    const { files, records, reports, pieces, sink } = this;
    const runs = new SharedRuns({
      records: mortal(records, life),
      reports,
      pieces: mortal(pieces, life),
      queues: new MemoryQueues(),
      partBytes,
      endPatienceMs: 20,
      ...options,
    });
    const scoring = { registry: this.#registry, source: files, results: mortal(files, life), sink, runs };
    const blob = { container: 'incoming', name: this.#blob, sequencer: undefined };
    return scoreFile(scoring, blob, { number, isLast: false }, keepingLog()).catch((error) => error as Error);
  }

  /** All files of the result; of the report what does not tell of times. */
  results(): Record<string, unknown> {
    const named = [...this.files.results.keys()].map((path) => {
      const name = path.split('/').at(-1)!;
      if (name !== 'report.json') return [name, this.pieces.bytes.get(path)?.toString('latin1')];
      const { startedAt, durationMs, rowsPerSecond, ...report } = JSON.parse(this.files.results.get(path)!);
      return [name, report];
    });
    return Object.fromEntries(named.toSorted());
  }

  /** Rows that have receipts. */
  keptRows(): number {
    const kept = [...this.records.stored].filter(([path]) => path.includes('/stretches/'));
    return kept.reduce((sum, [, { labels }]) => sum + Number(labels.rows), 0);
  }

  async scoredRows(): Promise<number[]> {
    const paths = [...this.pieces.bytes.keys()].filter((path) => path.endsWith('.parquet')).toSorted();
    const found: number[] = [];
    for (const path of paths) {
      const file = Uint8Array.from(this.pieces.bytes.get(path)!).buffer;
      for (const { row } of await parquetReadObjects({ file, compressors })) found.push(Number(row));
    }
    return found;
  }
}

const cases = [
  ['a packed file', packed, {}],
  ['a route that drops duplicates and makes documents', plain, { dropDuplicates: 'content', documents: true }],
  ['results in Parquet', packed, { results: 'parquet' }],
  ['too many wrong rows', packed, { errorsMax: 40 }],
  ['too large a share of wrong rows', packed, { errorsShareMax: 0.01 }],
] as const;

describe.each(cases)('%s', (_, file, route) => {
  let undisturbed: Record<string, unknown>;
  let steps: number;
  const registry = registryOf(route);

  beforeEach(async () => {
    const world = new World(file, registry);
    const life = { steps: 1_000 };
    await world.deliver(life);
    undisturbed = world.results();
    steps = 1_000 - life.steps;
  });

  test('gives the same to the byte wherever its instance dies, and shows nothing before', async () => {
    for (let death = 1; death < steps; death += 4) {
      const world = new World(file, registry);
      await world.deliver({ steps: death });
      const visible = Object.keys(world.results());
      if (visible.includes('_SUCCESS')) expect(Object.keys(undisturbed)).toEqual(expect.arrayContaining(visible));
      else if (world.records.stored.size < 3) expect(visible).toEqual([]);
      for (let i = 0; i < 2; i++) await world.deliver();
      expect({ death, ...world.results() }).toEqual({ death, ...undisturbed });
    }
  });

  test('ends however short each of its instances lives', async () => {
    const world = new World(file, registry);
    const isEnding = () => [...world.records.stored.keys()].some((path) => path.endsWith('/end.json'));
    for (let lives = 0; lives < 40 && !isEnding(); lives++) await world.deliver({ steps: 14 });
    expect(isEnding()).toBe(true);
    await world.deliver();
    expect(world.results()).toEqual(undisturbed);
  });
});

test('rows that have a receipt are not scored again, and the others are not left out', async () => {
  const world = new World(packed, registryOf({ documents: true }));
  const written = new Map<number, number>();
  const write = world.sink.write.bind(world.sink);
  world.sink.write = (documents) => {
    for (const { source } of documents) {
      const row = source.kind === 'file' ? source.row : -1;
      written.set(row, (written.get(row) ?? 0) + 1);
    }
    return write(documents);
  };
  await world.deliver({ steps: 19 });
  const kept = world.keptRows();
  expect(kept).toBeGreaterThan(1_000);
  expect(kept).toBeLessThan(rows - 1_000);
  const before = new Map(written);
  const report = await world.deliver();
  expect(report).toMatchObject({ state: 'succeeded', rows, scored: written.size, parts: 1 });
  for (const [row, times] of written) if (row < kept) expect([row, times]).toEqual([row, before.get(row)]);
  expect(written.size).toBeGreaterThan(before.size);
});

describe('two instances that have one file alone', () => {
  const asParquet = registryOf({ results: 'parquet' });
  const asCsv = registryOf({});

  /** Lets something happen before the first instance leaves this receipt. */
  function beforeReceipt(world: World, part: string, what: () => Promise<unknown>): void {
    const create = world.records.create.bind(world.records);
    let isNext = true;
    world.records.create = async (path, ...args) => {
      if (isNext && path.endsWith(`/stretches/${part}.json`)) {
        isNext = false;
        await what();
      }
      return create(path, ...args);
    };
  }

  async function undisturbedCsv(): Promise<unknown> {
    const world = new World(packed, asCsv);
    await world.deliver();
    return world.results()['scores.csv'];
  }

  test.each([
    ['and is done first', Number.POSITIVE_INFINITY, partBytes],
    ['with smaller stretches, and is done first', Number.POSITIVE_INFINITY, smallerPartBytes],
    ['and dies', 19, partBytes],
    ['with smaller stretches, and dies', 19, smallerPartBytes],
  ])('make one result, when the other overtakes %s', async (_, steps, other) => {
    const expected = await undisturbedCsv();
    for (const registry of [asCsv, asParquet]) {
      const world = new World(packed, registry);
      let kept = 0;
      beforeReceipt(world, '000001', async () => {
        await world.deliver({ steps }, { partBytes: other });
        kept = world.keptRows();
      });
      await world.deliver();
      expect(kept).toBeGreaterThan(2_000);
      const results = world.results();
      expect(results['report.json']).toMatchObject({ state: 'succeeded', rows });
      if (registry === asCsv) expect(results['scores.csv']).toBe(expected);
      else {
        const found = await world.scoredRows();
        const { scored } = results['report.json'] as { scored: number };
        expect(found).toEqual([...new Set(found)].toSorted((a, b) => a - b));
        expect(found).toHaveLength(scored);
      }
    }
  });

  test('make one result when they run side by side', async () => {
    const expected = await undisturbedCsv();
    const world = new World(packed, asCsv);
    await Promise.all([world.deliver(), world.deliver(undefined, { partBytes: smallerPartBytes })]);
    expect(world.results()['scores.csv']).toBe(expected);
  });
});
