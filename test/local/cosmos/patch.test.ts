import type { Container, PatchOperation } from '@azure/cosmos';
import { beforeAll, describe, expect, test } from 'vitest';
import { contentOf, refusal, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();
let container: Container;
beforeAll(async () => {
  container = await cosmos.newContainer();
});

const start = { value: 1, list: [1, 2, 3], nested: { x: 1 }, 'a/b': 1 };
let ids = 0;
async function newItem() {
  ids += 1;
  await container.items.create({ id: `p${ids}`, key: 'a', ...start });
  return container.item(`p${ids}`, 'a');
}

test.each<[string, PatchOperation[], object]>([
  ['set a property', [{ op: 'set', path: '/new', value: 'x' }], { new: 'x' }],
  ['set inside an object', [{ op: 'set', path: '/nested/y', value: null }], { nested: { x: 1, y: null } }],
  ['set an element', [{ op: 'set', path: '/list/1', value: 9 }], { list: [1, 9, 3] }],
  ['add to the end of an array', [{ op: 'add', path: '/list/-', value: 4 }], { list: [1, 2, 3, 4] }],
  ['add in an array', [{ op: 'add', path: '/list/1', value: 9 }], { list: [1, 9, 2, 3] }],
  ['replace', [{ op: 'replace', path: '/value', value: 'y' }], { value: 'y' }],
  ['incr by a fraction', [{ op: 'incr', path: '/value', value: 0.5 }], { value: 1.5 }],
  ['incr what is not there', [{ op: 'incr', path: '/count', value: 2 }], { count: 2 }],
  ['remove from an array', [{ op: 'remove', path: '/list/0' }], { list: [2, 3] }],
  ['escaped names', [{ op: 'set', path: '/a~1b', value: 2 }], { 'a/b': 2 }],
  [
    'several operations in order',
    [
      { op: 'set', path: '/s', value: 'x' },
      { op: 'incr', path: '/value', value: 2 },
      { op: 'add', path: '/arr', value: [1] },
    ],
    { s: 'x', value: 3, arr: [1] },
  ],
])('%s', async (_, operations, changed) => {
  const item = await newItem();
  const { statusCode, resource } = await item.patch(operations);
  expect(statusCode).toBe(200);
  expect(contentOf(resource)).toEqual({ id: item.id, key: 'a', ...start, ...changed });
  expect(contentOf((await item.read()).resource)).toEqual(contentOf(resource));
});

test('remove and move take a property away', async () => {
  const item = await newItem();
  const { resource } = await item.patch([
    { op: 'remove', path: '/nested' },
    { op: 'move', from: '/value', path: '/moved' } as unknown as PatchOperation,
  ]);
  const { nested: _, value, ...rest } = start;
  expect(contentOf(resource)).toEqual({ id: item.id, key: 'a', ...rest, moved: value });
});

describe('refused with 400, and nothing is changed:', () => {
  const ten = Array.from({ length: 11 }, (_, place): PatchOperation => ({ op: 'set', path: `/p${place}`, value: 1 }));
  test.each<[string, PatchOperation[]]>([
    ['a first operation that is fine and a second that is not', [ten[0]!, { op: 'remove', path: '/nothing' }]],
    ['replace of nothing', [{ op: 'replace', path: '/nothing', value: 1 }]],
    ['a parent that is not there', [{ op: 'set', path: '/nothing/x', value: 1 }]],
    ['an index behind the end', [{ op: 'set', path: '/list/9', value: 1 }]],
    ['incr of a text', [{ op: 'incr', path: '/nested', value: 1 }]],
    ['the id', [{ op: 'set', path: '/id', value: 'other' }]],
    ['the partition key', [{ op: 'set', path: '/key', value: 'b' }]],
    ['an inherited property as a way', [{ op: 'set', path: '/__proto__/polluted', value: 1 }]],
    ['an unknown operation', [{ op: 'constructor', path: '/x', value: 1 } as unknown as PatchOperation]],
    ['more than ten operations', ten],
  ])('%s', async (_, operations) => {
    const item = await newItem();
    await refusal(item.patch(operations), 400);
    expect(contentOf((await item.read()).resource)).toEqual({ id: item.id, key: 'a', ...start });
    expect({}).not.toHaveProperty('polluted');
  });
});

test('a condition decides whether the patch is done', async () => {
  const item = await newItem();
  const operations: PatchOperation[] = [{ op: 'set', path: '/done', value: true }];
  await refusal(item.patch({ condition: 'FROM c WHERE c.nested.x = 999', operations }), 412);
  expect((await item.patch({ condition: 'FROM c WHERE c.nested.x = 1', operations })).resource.done).toBe(true);
  await refusal(item.patch({ condition: 'FROM c WHERE', operations }), 400);
});

test('a patch of nothing answers 404, one with a stale If-Match 412', async () => {
  const operations: PatchOperation[] = [{ op: 'set', path: '/x', value: 1 }];
  await refusal(container.item('nothing', 'a').patch(operations), 404);
  const item = await newItem();
  await refusal(item.patch(operations, { accessCondition: { type: 'IfMatch', condition: '"stale"' } }), 412);
});
