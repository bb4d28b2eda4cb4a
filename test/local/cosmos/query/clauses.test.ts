import { describe, expect, test } from 'vitest';
import { ask } from './ask.ts';

const families = [
  {
    id: 'AndersenFamily',
    children: [{ firstName: 'Henriette', grade: 5, pets: [{ givenName: 'Fluffy' }] }],
    address: { state: 'WA', city: 'Seattle' },
    income: 10,
  },
  {
    id: 'WakefieldFamily',
    children: [
      { givenName: 'Jesse', grade: 1, pets: [{ givenName: 'Goofy' }, { givenName: 'Shadow' }] },
      { givenName: 'Lisa', grade: 8 },
    ],
    address: { state: 'NY', city: 'NY' },
    income: 20,
  },
  { id: 'Childless', address: { state: 'NY' } },
];

describe('SELECT', () => {
  test.each<[string, unknown[]]>([
    ['SELECT f.id FROM f', [{ id: 'AndersenFamily' }, { id: 'WakefieldFamily' }, { id: 'Childless' }]],
    ['SELECT f.income, f["address"].state FROM f WHERE f.income = 10', [{ income: 10, state: 'WA' }]],
    ['SELECT f.income * 2 AS twice, 1 + 1, f.missing FROM f WHERE f.income = 10', [{ twice: 20, $1: 2 }]],
    ['SELECT f FROM f WHERE f.id = "Childless"', [{ f: families[2] }]],
    ['SELECT * FROM f WHERE f.id = "Childless"', [families[2]]],
    ['SELECT VALUE f.income FROM f', [10, 20]],
    [
      'SELECT VALUE {"name": f.id, "city": f.address.city} FROM f WHERE f.address.state = "NY"',
      [{ name: 'WakefieldFamily', city: 'NY' }, { name: 'Childless' }],
    ],
    ['SELECT DISTINCT VALUE f.address.state FROM f', ['WA', 'NY']],
    ['SELECT DISTINCT f.address.state FROM f', [{ state: 'WA' }, { state: 'NY' }]],
    ['SELECT TOP 2 VALUE f.id FROM f', ['AndersenFamily', 'WakefieldFamily']],
    ['SELECT TOP 0 * FROM f', []],
    ['SELECT 1 + 1 AS two', [{ two: 2 }]],
    ['SELECT VALUE "ü" -- a remark', ['ü']],
    ['select value f.income from f where f.income > 15 order by f.income', [20]],
  ])('%s', (text, expected) => {
    expect(ask(text, families)).toEqual(expected);
  });
});

describe('FROM and JOIN', () => {
  test.each<[string, unknown[]]>([
    ['SELECT VALUE x.id FROM anything AS x WHERE x.income = 10', ['AndersenFamily']],
    ['SELECT * FROM f.address', families.map(({ address }) => address)],
    ['SELECT VALUE a.city FROM f.address a', ['Seattle', 'NY']],
    ['SELECT VALUE c.grade FROM c IN f.children', [5, 1, 8]],
    ['SELECT VALUE c.grade FROM f.children[0] c', [5, 1]],
    [
      'SELECT f.id, c.grade FROM f JOIN c IN f.children WHERE c.grade > 4',
      [
        { id: 'AndersenFamily', grade: 5 },
        { id: 'WakefieldFamily', grade: 8 },
      ],
    ],
    ['SELECT VALUE p.givenName FROM f JOIN c IN f.children JOIN p IN c.pets', ['Fluffy', 'Goofy', 'Shadow']],
    [
      'SELECT VALUE [a.grade, b.grade] FROM f JOIN a IN f.children JOIN b IN f.children WHERE a.grade < b.grade',
      [[1, 8]],
    ],
    ['SELECT VALUE name FROM f JOIN (SELECT VALUE f.id) AS name', families.map(({ id }) => id)],
    ['SELECT VALUE c.grade FROM f JOIN (SELECT VALUE c FROM c IN f.children WHERE c.grade > 4) AS c', [5, 8]],
    ['SELECT VALUE g FROM f JOIN g IN (SELECT VALUE [c.grade, 0] FROM c IN f.children WHERE c.grade = 5)', [5, 0]],
  ])('%s', (text, expected) => {
    expect(ask(text, families)).toEqual(expected);
  });
});

describe('subqueries', () => {
  test.each<[string, unknown[]]>([
    [
      'SELECT VALUE f.id FROM f WHERE EXISTS(SELECT VALUE c FROM c IN f.children WHERE c.grade > 5)',
      ['WakefieldFamily'],
    ],
    ['SELECT VALUE f.id FROM f WHERE NOT EXISTS(SELECT VALUE c FROM c IN f.children)', ['Childless']],
    ['SELECT VALUE ARRAY(SELECT VALUE c.grade FROM c IN f.children) FROM f', [[5], [1, 8], []]],
    ['SELECT VALUE (SELECT VALUE COUNT(1) FROM c IN f.children) FROM f', [1, 2, 0]],
    [
      'SELECT f.id, (SELECT VALUE MAX(c.grade) FROM c IN f.children) AS best FROM f',
      [{ id: 'AndersenFamily', best: 5 }, { id: 'WakefieldFamily', best: 8 }, { id: 'Childless' }],
    ],
    ['SELECT VALUE ARRAY(SELECT VALUE c.grade FROM c IN f.children ORDER BY c.grade DESC) FROM f', [[5], [8, 1], []]],
    ['SELECT VALUE ARRAY(SELECT TOP 1 c.grade FROM c IN f.children) FROM f WHERE f.income = 20', [[{ grade: 1 }]]],
  ])('%s', (text, expected) => {
    expect(ask(text, families)).toEqual(expected);
  });
});

const sales = [
  { shop: 'a', kind: 'x', amount: 1 },
  { shop: 'b', kind: 'x', amount: 2 },
  { shop: 'a', kind: 'y', amount: 3 },
  { shop: 'a', kind: 'x' },
  { kind: 'y', amount: 10 },
];

describe('GROUP BY and aggregates', () => {
  test.each<[string, unknown[]]>([
    ['SELECT c.shop, COUNT(1) AS n FROM c GROUP BY c.shop', [{ shop: 'a', n: 3 }, { shop: 'b', n: 1 }, { n: 1 }]],
    [
      'SELECT c.shop, c.kind, SUM(c.amount) AS total FROM c GROUP BY c.shop, c.kind',
      [
        { shop: 'a', kind: 'x', total: 1 },
        { shop: 'b', kind: 'x', total: 2 },
        { shop: 'a', kind: 'y', total: 3 },
        { kind: 'y', total: 10 },
      ],
    ],
    [
      'SELECT UPPER(c.kind) AS kind, MAX(c.amount) - MIN(c.amount) AS spread FROM c GROUP BY UPPER(c.kind)',
      [
        { kind: 'X', spread: 1 },
        { kind: 'Y', spread: 7 },
      ],
    ],
    ['SELECT VALUE c.kind FROM c GROUP BY c.kind', ['x', 'y']],
    ['SELECT VALUE COUNT(1) FROM c', [5]],
    ['SELECT VALUE COUNT(c.amount) FROM c', [4]],
    ['SELECT VALUE AVG(c.amount) FROM c', [4]],
    ['SELECT COUNT(1) AS n, MIN(c.amount) AS least, MAX(c.shop) AS last FROM c', [{ n: 5, least: 1, last: 'b' }]],
    ['SELECT VALUE COUNT(1) FROM c WHERE c.amount > 100', [0]],
    ['SELECT VALUE SUM(c.amount) FROM c WHERE c.amount > 100', [0]],
    ['SELECT VALUE AVG(c.amount) FROM c WHERE c.amount > 100', []],
    ['SELECT VALUE MIN(c.amount) FROM c WHERE c.amount > 100', []],
    ['SELECT COUNT(1) AS n FROM c WHERE c.amount > 100 GROUP BY c.shop', []],
    ['SELECT VALUE SUM(c.kind) FROM c', []],
    ['SELECT VALUE AVG(c.amount ?? null) FROM c', []],
    ['SELECT VALUE MAX(c.missing) FROM c', []],
    ['SELECT VALUE MAX(c) FROM c', []],
    ['SELECT VALUE MAX(c.shop ?? c.amount) FROM c', ['b']],
  ])('%s', (text, expected) => {
    expect(ask(text, sales)).toEqual(expected);
  });
});

const mixed = [5, 'text', true, null, undefined, [1], { x: 1 }, -1, false, 'Text'].map((value, id) =>
  value === undefined ? { id } : { id, value },
) as { id: number }[];

describe('ORDER BY, OFFSET and LIMIT', () => {
  const sorted = [undefined, null, false, true, -1, 5, 'Text', 'text', [1], { x: 1 }];

  test('orders by type first: undefined, null, booleans, numbers, strings, arrays, objects', () => {
    const rows = ask('SELECT c["value"] AS v FROM c ORDER BY c["value"]', mixed) as { v?: unknown }[];
    expect(rows.map(({ v }) => v)).toEqual(sorted);
    const back = ask('SELECT c["value"] AS v FROM c ORDER BY c["value"] DESC', mixed) as { v?: unknown }[];
    expect(back.map(({ v }) => v)).toEqual(sorted.toReversed());
  });

  test('equal keys keep the order of creation, in both directions', () => {
    const documents = ['b', 'a', 'b', 'a'].map((key, id) => ({ id, key }));
    expect(ask('SELECT VALUE c.id FROM c ORDER BY c.key', documents)).toEqual([1, 3, 0, 2]);
    expect(ask('SELECT VALUE c.id FROM c ORDER BY c.key DESC', documents)).toEqual([0, 2, 1, 3]);
    expect(ask('SELECT VALUE c.id FROM c ORDER BY c.key DESC, c.id DESC', documents)).toEqual([2, 0, 3, 1]);
  });

  test.each<[string, unknown[]]>([
    ['SELECT VALUE c.id FROM c OFFSET 2 LIMIT 3', [2, 3, 4]],
    ['SELECT VALUE c.id FROM c OFFSET 8 LIMIT 30', [8, 9]],
    ['SELECT VALUE c.id FROM c OFFSET 80 LIMIT 3', []],
    ['SELECT VALUE c.id FROM c OFFSET 2 LIMIT 0', []],
    ['SELECT VALUE c.id FROM c ORDER BY c.id DESC OFFSET 1 LIMIT 2', [8, 7]],
  ])('%s', (text, expected) => {
    expect(ask(text, mixed)).toEqual(expected);
  });
});

describe('parameters', () => {
  test('hold values of any type, and numbers of rows', () => {
    const text = 'SELECT TOP @n VALUE c.id FROM c WHERE c["value"] = @value OR ARRAY_CONTAINS(@ids, c.id)';
    expect(ask(text, mixed, { '@n': 2, '@value': { x: 1 }, '@ids': [0, 9] })).toEqual([0, 6]);
  });

  test('null is a value, not an absence', () => {
    expect(ask('SELECT VALUE c.id FROM c WHERE c["value"] = @value', mixed, { '@value': null })).toEqual([3]);
  });
});
