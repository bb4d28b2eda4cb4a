import { expect, test } from 'vitest';
import { checkOrderIndex, type IndexingPolicy } from '../../../../local/cosmos/query/order-index.ts';
import { compileRoot } from '../../../../local/cosmos/query/query-compiler.ts';

const policy = (more: Partial<IndexingPolicy> = {}): IndexingPolicy => ({
  indexingMode: 'consistent',
  includedPaths: [{ path: '/*' }],
  excludedPaths: [{ path: '/"_etag"/?' }],
  ...more,
});

function isServed(orderBy: string, index: IndexingPolicy): boolean {
  const { orderPaths } = compileRoot(`SELECT * FROM c ORDER BY ${orderBy}`);
  try {
    checkOrderIndex(orderPaths, index);
    return true;
  } catch {
    return false;
  }
}

const selected = policy({
  includedPaths: [{ path: '/a/?' }, { path: '/b/*' }, { path: '/"odd name"/?' }],
  excludedPaths: [{ path: '/*' }, { path: '/b/secret/*' }],
});

test.each([
  ['c.a', policy(), true],
  ['c._etag', policy(), false],
  ['c.a', policy({ indexingMode: 'none' }), false],
  ['c.a', selected, true],
  ['c.a.deeper', selected, false],
  ['c.b', selected, true],
  ['c.b.deep.down', selected, true],
  ['c.b.secret', selected, false],
  ['c.b.secret.deep', selected, false],
  ['c.bb', selected, false],
  ['c["odd name"]', selected, true],
  ['c.other', selected, false],
  ['c._ts', selected, true],
  ['c.id', selected, true],
])('ORDER BY %s', (orderBy, index, expected) => {
  expect(isServed(orderBy, index)).toBe(expected);
});

const composite = policy({
  compositeIndexes: [[{ path: '/a', order: 'ascending' }, { path: '/b/x', order: 'descending' }, { path: '/c' }]],
});

test.each([
  ['c.a, c.b.x DESC, c.c', true],
  ['c.a DESC, c.b.x, c.c DESC', true],
  ['c.a, c.b.x, c.c', false],
  ['c.a, c.b.x DESC', false],
  ['c.b.x DESC, c.a, c.c', false],
  ['c.a, c.b.x DESC, c.d', false],
])('ORDER BY %s with a composite index of three', (orderBy, expected) => {
  expect(isServed(orderBy, composite)).toBe(expected);
});
