import type { Container } from '@azure/cosmos';
import { describe, expect, test } from 'vitest';
import { CosmosLatest } from '../../src/adapters/cosmos-latest.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { countBy } from '../../src/core/receipt.ts';
import { useCosmos } from '../local/cosmos/cosmos-fixture.ts';

const cosmos = useCosmos();
const start = Date.parse('2026-11-21T03:00:00.000Z');

/** The nth score of a device: the broker took ten a millisecond. */
const scoreOf = (device: string, n: number, changes: Partial<ScoreDocument> = {}): ScoreDocument => ({
  id: `telemetry~0~${n}~x~pump`,
  partition: `${device}~2026-11-21`,
  key: device,
  model: 'pump',
  version: 1,
  modelDigest: 'sha256:00',
  inputDigest: `sha256:${n}`,
  source: {
    kind: 'stream',
    hub: 'telemetry',
    partition: '0',
    sequence: n,
    enqueuedAt: new Date(start + Math.floor(n / 10)).toISOString(),
  },
  outputs: { value: n },
  ...changes,
});
const scores = (device: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => scoreOf(device, from + i));

const tops = async (container: Container) =>
  Object.fromEntries(
    (await container.items.readAll<ScoreDocument>().fetchAll()).resources.map(({ key, outputs }) => [
      key,
      outputs.value,
    ]),
  );
const kinds = (results: readonly { kind: string }[]) => countBy(results.map(({ kind }) => kind));

test('of a batch the last score of each key is kept, whole, under its model', async () => {
  const container = await cosmos.newContainer();
  const latest = new CosmosLatest(async () => container);
  const results = await latest.write([...scores('a', 1, 30), ...scores('b', 5, 9), scoreOf('c', 1, { model: 'a/b' })]);
  expect(kinds(results)).toEqual({ created: 36 });
  expect(await tops(container)).toEqual({ a: 30, b: 9, c: 1 });
  const { resource } = await container.item('a!2Fb', 'c').read();
  expect(resource).toMatchObject({ key: 'c', model: 'a/b', document: 'telemetry~0~1~x~pump', outputs: { value: 1 } });
});

test('a key has one for each model', async () => {
  const container = await cosmos.newContainer();
  await new CosmosLatest(async () => container).write([scoreOf('a', 1), scoreOf('a', 2, { model: 'valve' })]);
  expect((await container.items.readAll().fetchAll()).resources).toHaveLength(2);
});

test('it never goes back: neither this writer nor one that begins anew', async () => {
  const container = await cosmos.newContainer();
  const latest = new CosmosLatest(async () => container);
  await latest.write(scores('a', 1, 30));
  expect(kinds(await latest.write(scores('a', 1, 29)))).toEqual({ existed: 29 });
  expect(kinds(await new CosmosLatest(async () => container).write(scores('a', 5, 29)))).toEqual({ existed: 25 });
  expect(await tops(container)).toEqual({ a: 30 });
});

test('the time of arrival and clocks that run a day apart do not count', async () => {
  const container = await cosmos.newContainer();
  const yesterday = scoreOf('a', 900, {
    source: { kind: 'stream', hub: 'telemetry', partition: '3', sequence: 900, enqueuedAt: '2026-11-20T03:00:00.000Z' },
  });
  const latest = new CosmosLatest(async () => container);
  await latest.write([scoreOf('a', 5)]);
  await latest.write([yesterday]);
  expect(await tops(container)).toEqual({ a: 5 });
});

test('what another writer has put on top since is not written over by one that is older', async () => {
  const container = await cosmos.newContainer();
  const [one, other] = [new CosmosLatest(async () => container), new CosmosLatest(async () => container)];
  await one.write([scoreOf('a', 1)]);
  await other.write([scoreOf('a', 9)]);
  // This one still takes the first score for the top.
  expect(await one.write([scoreOf('a', 5)])).toEqual([{ kind: 'existed' }]);
  expect(await tops(container)).toEqual({ a: 9 });
});

describe('many writers, whatever order', () => {
  /** Always the same shuffle. */
  const shuffled = <T>(items: readonly T[], seed: number): T[] => {
    let state = seed;
    const next = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state;
    };
    return items
      .map((item) => [next(), item] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, item]) => item);
  };

  test.each([1, 2, 3])(
    'end with the last score on top, and pass nothing but newer ones on the way (seed %i)',
    async (seed) => {
      const container = await cosmos.newContainer();
      const writers = [0, 1, 2].map(() => new CosmosLatest(async () => container));
      const all = shuffled([...scores('a', 0, 199), ...scores('b', 0, 199)], seed);
      const seen: Record<string, number> = {};
      let isWriting = true;
      const watching = (async () => {
        while (isWriting) {
          for (const [key, value] of Object.entries(await tops(container))) {
            expect(value).toBeGreaterThanOrEqual(seen[key] ?? 0);
            seen[key] = value as number;
          }
        }
      })();
      await Promise.all(
        writers.map(async (writer, w) => {
          const mine = all.filter((_, i) => i % 3 === w || i % 5 === w);
          for (let i = 0; i < mine.length; i += 7) {
            const results = await writer.write(mine.slice(i, i + 7));
            expect(results.every(({ kind }) => kind === 'created' || kind === 'existed')).toBe(true);
          }
        }),
      ).finally(() => {
        isWriting = false;
      });
      await watching;
      expect(await tops(container)).toEqual({ a: 199, b: 199 });
    },
  );
});

test('in a steady stream a newer score costs one request, an older one none', async () => {
  const container = await cosmos.newContainer();
  const latest = new CosmosLatest(async () => container);
  await latest.write([scoreOf('a', 1)]);
  cosmos.server.traffic.reset();
  await latest.write([scoreOf('a', 2)]);
  await latest.write([scoreOf('a', 1)]);
  expect(cosmos.server.traffic.counts).toMatchObject({ reads: 0, writes: 1 });
});

test('what was taken away by hand is written again', async () => {
  const container = await cosmos.newContainer();
  const latest = new CosmosLatest(async () => container);
  await latest.write([scoreOf('a', 1)]);
  await container.item('pump', 'a').delete();
  await latest.write([scoreOf('a', 2)]);
  expect(await tops(container)).toEqual({ a: 2 });
});

test('scores without a key pass, and ask nobody', async () => {
  const { key: _, ...keyless } = scoreOf('a', 1);
  const latest = new CosmosLatest(() => Promise.reject(new Error('asked')));
  expect(await latest.write([keyless])).toEqual([{ kind: 'existed' }]);
});

test('a database that does not answer is an error that may heal', async () => {
  const missing = cosmos.database.container('not-there');
  expect(await new CosmosLatest(async () => missing).write([scoreOf('a', 1)])).toMatchObject([
    { kind: 'error', error: { code: 'sink.unavailable', retryable: true } },
  ]);
});
