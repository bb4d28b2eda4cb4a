import type { Container, OperationInput } from '@azure/cosmos';
import { beforeAll, describe, expect, test } from 'vitest';
import { query, refusal, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();
let container: Container;

/** 60 scores of 6 devices. */
beforeAll(async () => {
  container = await cosmos.newContainer({
    partitionKey: { paths: ['/deviceId'] },
    indexingPolicy: {
      compositeIndexes: [
        [
          { path: '/label', order: 'ascending' },
          { path: '/ts', order: 'descending' },
        ],
      ],
    },
  });
  const operations = Array.from({ length: 60 }, (_, ts): OperationInput => {
    const deviceId = `d${ts % 6}`;
    const label = ts % 2 ? 'odd' : 'even';
    const resourceBody = { id: `s${ts}`, deviceId, score: ts / 10, label, ts, nest: { a: ts, arr: [ts, ts + 1] } };
    return { operationType: 'Create', partitionKey: deviceId, resourceBody };
  });
  await container.items.bulk(operations);
});

const ask = (text: string, options = {}) => query(container, text, options);

describe('what a query reads', () => {
  test('one partition, with parameters', async () => {
    const spec = {
      query: 'SELECT * FROM c WHERE c.deviceId = @device AND c.score >= @score',
      parameters: [
        { name: '@device', value: 'd1' },
        { name: '@score', value: 2 },
      ],
    };
    expect(await query(container, spec, { partitionKey: 'd1' })).toHaveLength(6);
  });

  test('the option partitionKey alone restricts a query', async () => {
    expect(await ask('SELECT * FROM c', { partitionKey: 'd1' })).toHaveLength(10);
    expect(await ask('SELECT * FROM c', { partitionKey: 'nobody' })).toEqual([]);
  });

  test('all partitions', async () => {
    expect(await ask('SELECT c.id FROM c WHERE c.label = "odd"')).toHaveLength(30);
  });

  test('readAll', async () => {
    expect((await container.items.readAll().fetchAll()).resources).toHaveLength(60);
  });
});

describe('clauses', () => {
  test('ORDER BY over partitions', async () => {
    const rows = await ask('SELECT VALUE c.ts FROM c ORDER BY c.ts DESC');
    expect(rows).toEqual(Array.from({ length: 60 }, (_, place) => 59 - place));
  });

  test('ORDER BY two properties that a composite index holds', async () => {
    const rows = await ask('SELECT c.label, c.ts FROM c ORDER BY c.label ASC, c.ts DESC');
    expect([rows[0], rows[29], rows[30], rows[59]]).toEqual([
      { label: 'even', ts: 58 },
      { label: 'even', ts: 0 },
      { label: 'odd', ts: 59 },
      { label: 'odd', ts: 1 },
    ]);
  });

  test.each([
    ['SELECT TOP 5 VALUE c.ts FROM c ORDER BY c.ts DESC', [59, 58, 57, 56, 55]],
    ['SELECT VALUE c.ts FROM c ORDER BY c.ts OFFSET 10 LIMIT 3', [10, 11, 12]],
    ['SELECT VALUE c.ts FROM c WHERE c.ts < 3 ORDER BY c.ts', [0, 1, 2]],
    ['SELECT VALUE COUNT(1) FROM c', [60]],
    ['SELECT COUNT(1) AS n FROM c', [{ n: 60 }]],
    ['SELECT VALUE SUM(c.ts) FROM c', [1770]],
    ['SELECT VALUE AVG(c.ts) FROM c', [29.5]],
    ['SELECT VALUE MAX(c.ts) FROM c', [59]],
    ['SELECT VALUE MIN(c.ts) FROM c', [0]],
    [
      'SELECT c.label, COUNT(1) AS n FROM c GROUP BY c.label',
      [
        { label: 'even', n: 30 },
        { label: 'odd', n: 30 },
      ],
    ],
    ['SELECT DISTINCT VALUE c.label FROM c', ['even', 'odd']],
    ['SELECT VALUE a FROM c JOIN a IN c.nest.arr WHERE c.id = "s5"', [5, 6]],
    ['SELECT VALUE c.id FROM c WHERE c.ts BETWEEN 5 AND 7', ['s5', 's6', 's7']],
    ['SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.nest.arr, 5)', ['s4', 's5']],
    ['SELECT VALUE COUNT(1) FROM c WHERE c.deviceId IN ("d1", "d2")', [20]],
    ['SELECT VALUE COUNT(1) FROM c WHERE CONTAINS(c.label, "od")', [30]],
    ['SELECT VALUE COUNT(1) FROM c WHERE c.label LIKE "ev%"', [30]],
  ])('%s', async (text, expected) => {
    expect(await ask(text)).toEqual(expected);
  });
});

describe('pages', () => {
  /** Reads page by page; `between` runs after each one. */
  async function pagesOf(text: string, maxItemCount: number, from = container, between = async () => {}) {
    const pages: unknown[][] = [];
    const iterator = from.items.query(text, { maxItemCount });
    while (iterator.hasMoreResults()) {
      const { resources } = await iterator.fetchNext();
      if (resources !== undefined) pages.push(resources);
      await between();
    }
    return pages;
  }

  test.each([
    ['SELECT VALUE c.ts FROM c', 60],
    ['SELECT VALUE c.ts FROM c ORDER BY c.ts DESC', 60],
    ['SELECT VALUE c.ts FROM c ORDER BY c.label ASC, c.ts DESC', 60],
    ['SELECT VALUE c.label FROM c ORDER BY c.label', 60],
    ['SELECT TOP 33 VALUE c.ts FROM c', 33],
    ['SELECT TOP 33 VALUE c.ts FROM c ORDER BY c.ts', 33],
    ['SELECT VALUE c.ts FROM c ORDER BY c.ts OFFSET 5 LIMIT 33', 33],
    ['SELECT DISTINCT VALUE c.nest.a FROM c', 60],
    ['SELECT VALUE a FROM c JOIN a IN c.nest.arr', 120],
    ['SELECT c.ts, COUNT(1) AS n FROM c GROUP BY c.ts', 60],
  ])('%s: pages of 7 are together what one page holds', async (text, count) => {
    const pages = await pagesOf(text, 7);
    expect(pages.slice(0, -1).map((page) => page.length)).toEqual(new Array(Math.ceil(count / 7) - 1).fill(7));
    expect(pages.flat()).toEqual(await ask(text, { maxItemCount: -1 }));
    expect(pages.flat()).toHaveLength(count);
  });

  test('a page has 100 items unless the client asks for more', async () => {
    const large = await cosmos.newContainer();
    const create = (id: number): OperationInput => ({
      operationType: 'Create',
      resourceBody: { id: `${id}`, key: 'a' },
    });
    for (const start of [0, 100]) {
      await large.items.batch(
        Array.from({ length: 75 }, (_, place) => create(start + place)),
        'a',
      );
    }
    const first = await large.items.query('SELECT * FROM c').fetchNext();
    expect(first.resources).toHaveLength(100);
    expect(first.continuationToken).toEqual(expect.any(String));
    expect((await large.items.query('SELECT * FROM c', { maxItemCount: -1 }).fetchNext()).resources).toHaveLength(150);
  });

  test.each(['SELECT * FROM c', 'SELECT * FROM c ORDER BY c.rank'])(
    'deleting each page before the next one is read skips nothing: %s',
    async (text) => {
      const shrinking = await cosmos.newContainer();
      for (let rank = 0; rank < 10; rank += 1) await shrinking.items.create({ id: `${rank}`, key: 'a', rank });
      const deleted: string[] = [];
      const iterator = shrinking.items.query(text, { maxItemCount: 3 });
      while (iterator.hasMoreResults()) {
        for (const { id } of (await iterator.fetchNext()).resources ?? []) {
          await shrinking.item(id, 'a').delete();
          deleted.push(id);
        }
      }
      expect(deleted).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    },
  );

  test('a page ends at 4 MB', async () => {
    const wide = await cosmos.newContainer();
    for (const id of ['1', '2', '3', '4']) await wide.items.create({ id, key: 'a', text: 'x'.repeat(1.5 * 2 ** 20) });
    const pages = await pagesOf('SELECT * FROM c', 100, wide);
    expect(pages.map((page) => page.length)).toEqual([3, 1]);
  });

  test('a long sort key still leads to the next page', async () => {
    const long = await cosmos.newContainer();
    for (const id of ['1', '2', '3']) await long.items.create({ id, key: 'a', name: id + 'n'.repeat(10_000) });
    expect((await pagesOf('SELECT VALUE c.id FROM c ORDER BY c.name', 1, long)).flat()).toEqual(['1', '2', '3']);
  });

  const encode = (content: string) => Buffer.from(content).toString('base64url');
  test.each([
    'nonsense',
    encode('null'),
    encode('{}'),
    encode('{"delivered":"1"}'),
    encode('{"delivered":1,"after":1}'),
    encode('{"delivered":1,"after":{"keys":[1],"position":1,"ordinal":1}}'),
    encode('{"delivered":1,"after":{"keys":[[1]],"position":"x","ordinal":1}}'),
    encode('{"delivered":1,"after":{"keys":[[1],[2]],"position":1,"ordinal":1}}'),
  ])('a continuation token that is none of the query is refused: %s', async (continuationToken) => {
    const iterator = container.items.query('SELECT * FROM c ORDER BY c.ts', { continuationToken });
    await refusal(iterator.fetchNext(), 400);
  });
});

test('a client that insists on a query plan gets the same rows', async () => {
  for (const text of [
    'SELECT VALUE c.ts FROM c ORDER BY c.ts DESC',
    'SELECT VALUE COUNT(1) FROM c',
    'SELECT c.label, COUNT(1) AS n FROM c GROUP BY c.label',
    'SELECT DISTINCT VALUE c.label FROM c',
  ]) {
    expect(await ask(text, { forceQueryPlan: true, maxItemCount: 7 })).toEqual(await ask(text));
  }
});

describe('a query that cannot be run is refused with 400 and the place', () => {
  test.each([
    ['SELEC * FROM c', '"location":{"start":0,"end":5},"code":"SC1001"'],
    ['SELECT * FROM c WHERE', '"location":{"start":21,"end":21},"code":"SC1002"'],
    ['SELECT * FROM c WHERE d.x = 1', '"location":{"start":22,"end":23},"code":"SC2001"'],
    ['SELECT NOPE(c.x) FROM c', '"location":{"start":7,"end":11},"code":"SC2005"'],
    ['SELECT c.id FROM c ORDER BY c.ts, c.label', 'does not have a corresponding composite index'],
  ])('%s', async (text, expected) => {
    expect((await refusal(ask(text), 400)).message).toContain(expected);
  });

  test('a parameter without value is named', async () => {
    expect((await refusal(ask('SELECT * FROM c WHERE c.id = @id'), 400)).message).toContain("'@id'");
  });
});
