import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ScoringError } from '../../../src/core/fault.ts';
import { packed, partBytes, plain, registryOf, releaseAll, rows, smallerPartBytes, World } from './lone-world.ts';

afterAll(releaseAll);

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
  const life = { steps: 1_000 };
  world.beforeRecord('stretches/000001', async () => {
    life.steps = 0;
  });
  await world.deliver(life);
  const kept = world.keptRows();
  expect(kept).toBe(2_048);
  const before = new Map(written);
  const report = await world.deliver();
  expect(report).toMatchObject({ state: 'succeeded', rows, scored: written.size, parts: 1 });
  for (const [row, times] of written) if (row < kept) expect([row, times]).toEqual([row, before.get(row)]);
  expect(written.size).toBeGreaterThan(before.size);
});

test('a model that is slow leaves receipts by time, and the same result', async () => {
  const registry = registryOf({});
  const [quick, slow] = [new World(packed, registry), new World(packed, registry)];
  const manyRows = { partBytes: 1 << 30 };
  await quick.deliver(undefined, manyRows);
  expect(quick.keptRows()).toBe(0);
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 10_000));
  onTestFinished(() => void vi.restoreAllMocks());
  await slow.deliver(undefined, manyRows);
  expect(slow.keptRows()).toBeGreaterThan(2_000);
  expect(slow.results()['scores.csv']).toBe(quick.results()['scores.csv']);
});

describe('two instances that have one file alone', () => {
  const asParquet = registryOf({ results: 'parquet' });
  const asCsv = registryOf({});

  const dies = () => Promise.reject(new ScoringError('storage.unavailable', 'dead', { retryable: true }));

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
      world.beforeRecord('stretches/000001', async () => {
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

  test('make one result, when the other has kept less than what went by here', async () => {
    const world = new World(packed, asCsv);
    let kept = 0;
    world.beforeRecord('stretches/000000', async () => {
      world.beforeRecord('stretches/000001', dies);
      await world.deliver();
      kept = world.keptRows();
    });
    await world.deliver(undefined, { partBytes: 4 * partBytes });
    expect(kept).toBe(1_024);
    expect(world.results()['scores.csv']).toBe(await undisturbedCsv());
  });

  test('make one result, when one says how the run ends, dies, and the other had kept more', async () => {
    const world = new World(packed, asCsv);
    const life = { steps: 1_000 };
    world.beforeRecord('end', async () => {
      world.beforeRecord('end', dies);
      await world.deliver(undefined, { partBytes: smallerPartBytes });
      life.steps = 0;
    });
    await world.deliver(life);
    expect(world.keptRows()).toBeGreaterThan(4_096);
    expect(world.results()).toEqual({});
    await world.deliver();
    expect(world.results()['scores.csv']).toBe(await undisturbedCsv());
  });

  test('make one result when they run side by side', async () => {
    const expected = await undisturbedCsv();
    const world = new World(packed, asCsv);
    await Promise.all([world.deliver(), world.deliver(undefined, { partBytes: smallerPartBytes })]);
    expect(world.results()['scores.csv']).toBe(expected);
  });
});
