import { describe, expect, test } from 'vitest';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { readings } from '../scoring/bundled-model.ts';
import { useTwin } from './twin-fixture.ts';

const twin = useTwin({ routes: { http: { record: true } } });

const rows = readings(3);
const post = (path: string, body: object, requestId: string) =>
  fetch(`${twin().twin.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': requestId },
    body: JSON.stringify(body),
  });
const score = (body: object, requestId: string) => post('/models/machine-failure/score', body, requestId);

/** What is recorded of a call, by row. */
async function recorded(requestId: string): Promise<ScoreDocument[]> {
  const query = { query: 'SELECT * FROM c WHERE c.partition = @id', parameters: [{ name: '@id', value: requestId }] };
  const { resources } = await twin().predictions.items.query<ScoreDocument>(query).fetchAll();
  return resources.toSorted((a, b) => a.id.localeCompare(b.id));
}

describe('with recording on', () => {
  test('the rows of a call become documents under its id, and the same call again writes nothing', async () => {
    const first = await score(rows, 'order-17');
    const { scores } = (await first.json()) as { scores: object[] };
    const before = await recorded('order-17');
    expect(before.map(({ id }) => id)).toEqual([0, 1, 2].map((row) => `http~order-17~${row}~machine-failure`));
    expect(before.map(({ outputs }) => outputs)).toEqual(scores);
    expect(before.map(({ key }) => key)).toEqual(rows.map(({ machineId }) => machineId));

    const again = await Promise.all(Array.from({ length: 5 }, () => score(rows, 'order-17')));
    for (const answer of again) expect(((await answer.json()) as { scores: object[] }).scores).toEqual(scores);
    const after = await recorded('order-17');
    // Cosmos DB gives an item a new tag whenever it is written.
    expect(after.map((document) => Reflect.get(document, '_etag'))).toEqual(
      before.map((document) => Reflect.get(document, '_etag')),
    );
    expect(after).toEqual(before);
  });

  test('each dialect records, and a wrong row of a job has no document', async () => {
    expect((await post('/v1/models/machine-failure:predict', { instances: rows }, 'kserve')).status).toBe(200);
    expect(await recorded('kserve')).toHaveLength(3);
    expect(
      (await post('/score', [rows[0] as object, { ...rows[1], torque: -5 }, rows[2] as object], 'job')).status,
    ).toBe(200);
    expect((await recorded('job')).map(({ id }) => id.split('~')[2])).toEqual(['0', '2']);
  });

  test('an id of a database that takes no such id is recorded all the same', async () => {
    const id = 'a/b?c#d\\e~f%2F';
    expect((await score(rows, id)).status).toBe(200);
    expect((await score(rows, id)).status).toBe(200);
    expect(await recorded(id)).toHaveLength(3);
  });

  test('another call under the same id is a conflict, and changes nothing', async () => {
    await score(rows, 'twice');
    const before = await recorded('twice');
    const other = await score(readings(6).slice(3), 'twice');
    expect([other.status, ((await other.json()) as { error: { code: string } }).error.code]).toEqual([
      409,
      'id.conflict',
    ]);
    expect(await recorded('twice')).toEqual(before);
  });

  test('a call that is refused records nothing', async () => {
    expect((await score([...rows, {}], 'refused')).status).toBe(400);
    expect(await recorded('refused')).toEqual([]);
  });
});
