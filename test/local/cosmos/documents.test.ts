import type { Container } from '@azure/cosmos';
import { beforeAll, describe, expect, test } from 'vitest';
import { contentOf, refusal, useCosmos } from './cosmos-fixture.ts';

const cosmos = useCosmos();
let container: Container;
beforeAll(async () => {
  container = await cosmos.newContainer();
});

let ids = 0;
/** A document that no other test knows. */
async function newDocument(content: object = {}) {
  ids += 1;
  const { resource } = await container.items.create({ id: `d${ids}`, key: 'a', value: 1, ...content });
  return { document: resource!, item: container.item(resource!.id, 'a') };
}

describe('create', () => {
  test('answers 201 with what the service adds', async () => {
    const { statusCode, resource, headers } = await container.items.create({ id: 'new', key: 'a', nested: { x: [1] } });
    expect(statusCode).toBe(201);
    expect(contentOf({ ...resource })).toEqual({ id: 'new', key: 'a', nested: { x: [1] } });
    expect(resource).toMatchObject({
      _etag: expect.stringMatching(/^".+"$/),
      _self: expect.stringMatching(/^dbs\/.+\/colls\/.+\/docs\/.+\/$/),
      _ts: expect.closeTo(Date.now() / 1000, -1),
    });
    expect(headers).toMatchObject({ etag: resource!._etag, 'x-ms-session-token': expect.stringMatching(/^0:-1#\d+$/) });
  });

  test('a second one of the same key and id is a conflict, one of another key is not', async () => {
    const { document } = await newDocument();
    await refusal(container.items.create({ ...document }), 409);
    await container.items.create({ id: document.id, key: 'b', value: 2 });
    expect((await container.item(document.id, 'b').read()).resource.value).toBe(2);
    expect((await container.item(document.id, 'a').read()).resource.value).toBe(1);
  });

  test('without an id the client makes one; where it does not, the server refuses', async () => {
    expect((await container.items.create({ key: 'a' })).resource!.id).toMatch(/^[0-9a-f-]{36}$/);
    await refusal(container.items.create({ key: 'a' }, { disableAutomaticIdGeneration: true }), 400);
  });

  test.each([['what?'], ['x'.repeat(1024)], ['ü'.repeat(512)]])('the id %s is refused', async (id) => {
    await refusal(container.items.create({ id, key: 'a' }), 400);
  });

  test.each([['/'], ['\\'], ['#']])(
    'an id with %s is refused by the server, not only by the client',
    async (character) => {
      const operation = { operationType: 'Create' as const, resourceBody: { id: `a${character}b`, key: 'a' } };
      const { result } = await container.items.batch([operation], 'a');
      expect(result).toMatchObject([{ statusCode: 400 }]);
    },
  );

  test.each([['with space'], ['100%'], ['a%20b'], ['ü~é'], ['a+b&c=d;e,f:g@h$i'], ['x'.repeat(1023)]])(
    'the id %s works in every operation',
    async (id) => {
      const { item } = await container.items.create({ id, key: 'a' });
      expect((await item.read()).resource.id).toBe(id);
      expect((await item.replace({ id, key: 'a', value: 2 })).resource!.value).toBe(2);
      expect((await item.delete()).statusCode).toBe(204);
    },
  );

  test('a document over 2 MB is refused with 413, one just below is kept', async () => {
    const kept = { id: 'large', key: 'a', text: 'x'.repeat(2 * 2 ** 20 - 2_000) };
    await container.items.create(kept);
    expect((await container.item('large', 'a').read()).resource.text).toHaveLength(kept.text.length);
    await refusal(container.items.create({ id: 'larger', key: 'a', text: 'x'.repeat(2 * 2 ** 20) }), 413);
    const grown = container.item('large', 'a').patch([{ op: 'add', path: '/more', value: 'x'.repeat(4_000) }]);
    await refusal(grown, 413);
  });
});

describe('read', () => {
  test('of nothing answers 404 without an exception', async () => {
    expect((await container.item('nothing', 'a').read()).statusCode).toBe(404);
  });

  test('with the ETag that the client knows answers 304', async () => {
    const { document, item } = await newDocument();
    const known = { accessCondition: { type: 'IfNoneMatch', condition: document._etag } };
    expect((await item.read(known)).statusCode).toBe(304);
    await item.replace({ ...document, value: 2 });
    expect((await item.read(known)).statusCode).toBe(200);
  });
});

describe('upsert', () => {
  test('answers 201 for a new document and 200 for one that was there', async () => {
    expect((await container.items.upsert({ id: 'up', key: 'a', value: 5 })).statusCode).toBe(201);
    const { statusCode, resource } = await container.items.upsert({ id: 'up', key: 'a', value: 6 });
    expect(statusCode).toBe(200);
    expect(contentOf(resource)).toEqual({ id: 'up', key: 'a', value: 6 });
  });

  test('with a stale If-Match answers 412 and changes nothing', async () => {
    const { document, item } = await newDocument();
    const stale = { accessCondition: { type: 'IfMatch', condition: '"stale"' } };
    await refusal(container.items.upsert({ ...document, value: 2 }, stale), 412);
    expect((await item.read()).resource.value).toBe(1);
  });
});

describe('replace', () => {
  test('writes the whole document anew and keeps its place', async () => {
    const { document, item } = await newDocument({ old: true });
    const { resource } = await item.replace({ id: document.id, key: 'a', value: 9 });
    expect(contentOf(resource)).toEqual({ id: document.id, key: 'a', value: 9 });
    expect(resource!._rid).toBe(document._rid);
    expect(resource!._etag).not.toBe(document._etag);
  });

  test('If-Match lets the first of two writers through and refuses the second with 412', async () => {
    const { document, item } = await newDocument();
    const known = { accessCondition: { type: 'IfMatch', condition: document._etag } };
    await item.replace({ ...document, value: 10 }, known);
    await refusal(item.replace({ ...document, value: 11 }, known), 412);
    expect((await item.read()).resource.value).toBe(10);
  });

  test('of nothing answers 404, with another id or key 400', async () => {
    await refusal(container.item('nothing', 'a').replace({ id: 'nothing', key: 'a' }), 404);
    const { document, item } = await newDocument();
    await refusal(item.replace({ ...document, id: 'other' }), 400);
    await refusal(item.replace({ ...document, key: 'b' }), 400);
  });
});

describe('delete', () => {
  test('answers 204, and 404 when there is nothing', async () => {
    const { item } = await newDocument();
    expect((await item.delete()).statusCode).toBe(204);
    await refusal(item.delete(), 404);
    expect((await item.read()).statusCode).toBe(404);
  });

  test('with a stale If-Match answers 412', async () => {
    const { item } = await newDocument();
    await refusal(item.delete({ accessCondition: { type: 'IfMatch', condition: '"stale"' } }), 412);
  });
});
