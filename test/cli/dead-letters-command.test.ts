import { beforeAll, beforeEach, expect, test } from 'vitest';
import { BlobRecords } from '../../src/adapters/blob-records.ts';
import { deadLetters as command } from '../../src/cli/commands/dead-letters.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import type { Code } from '../../src/core/codes.ts';
import { containers } from '../../src/core/resources.ts';
import { deadLetterPath } from '../../src/core/stored-paths.ts';
import type { DeadLetter, ParkedRecord } from '../../src/scoring/ports.ts';
import { allBlobs, useBlobStorage } from '../adapters/blob-storage.ts';

const storage = useBlobStorage();
const container = (name: 'deadLetters' | 'parked') => storage.service().getContainerClient(containers[name]);

const timePart = (at: string) => Date.parse(at).toString(36);
function letterOf(sequence: number, reason: Code, enqueuedAt: string): DeadLetter {
  return {
    id: `telemetry~0~${sequence}~${timePart(enqueuedAt)}~telemetry`,
    source: { kind: 'stream', hub: 'telemetry', partition: '0', sequence, enqueuedAt },
    route: 'telemetry',
    attempts: 1,
    systemProperties: { offset: '4096' },
    properties: { site: 'b' },
    body: '{"torque":-3}',
    bodyEncoding: 'utf8',
    reason,
    path: '/torque',
    expected: '0..100 Nm',
    got: '-3',
  };
}
const [early, late] = ['2026-11-19T10:00:00.000Z', '2026-11-21T10:00:00.000Z'];
const letters = [
  letterOf(1, 'feature.out_of_range', early),
  letterOf(2, 'feature.out_of_range', late),
  letterOf(3, 'json.malformed', late.replace('10:', '11:')),
  letterOf(4, 'json.malformed', early),
];
const idsOf = (...sequences: number[]) => sequences.map((sequence) => letters[sequence - 1]!.id);

beforeAll(async () => {
  for (const name of ['deadLetters', 'parked'] as const) await container(name).create();
});
beforeEach(async () => {
  for (const name of ['deadLetters', 'parked'] as const) {
    for await (const blob of container(name).listBlobsFlat()) await container(name).deleteBlob(blob.name);
  }
  const records = new BlobRecords<DeadLetter>(async () => container('deadLetters'));
  for (const letter of letters) await records.write(deadLetterPath(letter), letter);
});

/** Runs the command as the command line does, with what it wrote. */
async function run(operands: readonly string[], options: Record<string, string | boolean> = {}) {
  let [out, notes] = ['', ''];
  const code = await command.run({
    operands,
    options: { connection: storage.connectionString(), ...options },
    terminal: {
      out: (text) => {
        out += `${text}\n`;
      },
      note: (text) => {
        notes += `${text}\n`;
      },
      progress: () => {},
      endProgress: () => {},
      isColoured: false,
    },
  });
  return { code, out, notes, json: options.json === true ? JSON.parse(out) : undefined };
}

const parkedIds = async () =>
  [...(await allBlobs(container('parked'))).values()].map((text) => (JSON.parse(text) as ParkedRecord).id).toSorted();
const letterIds = async () =>
  [...(await allBlobs(container('deadLetters'))).values()]
    .map((text) => (JSON.parse(text) as DeadLetter).id)
    .toSorted();

test.each([
  [{}, [3, 2]],
  [{ limit: '4' }, [3, 2, 1, 4]],
  [{ reason: 'json.malformed' }, [3, 4]],
  [{ since: '2026-11-20' }, [3, 2]],
  [{ since: '2026-11-20', reason: 'feature.out_of_range' }, [2]],
  [{ since: '2026-11-22' }, []],
])('list %j shows what is meant, the newest events first', async (options, sequences) => {
  const { code, json } = await run(['list'], { limit: '2', ...options, json: true });
  expect([code, json.letters.map(({ id }: DeadLetter) => id)]).toEqual([0, idsOf(...sequences)]);
});

test('list counts by day and reason, and says how many more there are', async () => {
  const { out, notes } = await run([], { limit: '1' });
  for (const row of ['json.malformed        2026-11-21        1', 'feature.out_of_range  2026-11-19        1'])
    expect(out).toContain(row);
  expect(notes).toBe('3 more: raise --limit.\n');
  expect((await run([], { reason: 'text.not_utf8' })).out).toBe('No dead letters.\n');
});

test('show tells where one came from and what it held, and ends with 1 for one that is not there', async () => {
  const { code, out } = await run(['show', ...idsOf(2)]);
  expect(code).toBe(0);
  expect(out).toMatch(/position +telemetry, partition 0, sequence number 2, offset 4096/);
  expect(out.trimEnd().split('\n').at(-1)).toBe('{"torque":-3}');
  expect(await run(['show', 'nobody'])).toMatchObject({ code: 1, notes: 'There is no dead letter nobody.\n' });
});

test('replay moves those that are meant, whole, and nothing else; again it finds nothing to do', async () => {
  const wanted = { since: '2026-11-20', yes: true, json: true };
  expect((await run(['replay'], wanted)).json).toMatchObject({
    selected: 2,
    gone: 0,
    left: [],
    movedByReason: { 'feature.out_of_range': 1, 'json.malformed': 1 },
  });
  expect([await parkedIds(), await letterIds()]).toEqual([idsOf(2, 3), idsOf(1, 4)]);
  const before = await allBlobs(container('parked'));
  const again = await run(['replay'], wanted);
  expect([again.code, again.json.selected]).toEqual([0, 0]);
  expect(await allBlobs(container('parked'))).toEqual(before);
});

test('replay takes ids, and names those that are no dead letters', async () => {
  const { code, out, notes } = await run(['replay', ...idsOf(4), 'nobody'], { yes: true });
  expect([code, out.split('\n').at(-2)]).toEqual([0, '1 dead letters: 1 replayed.']);
  expect(notes).toContain('Not a dead letter, or not any more: nobody.');
  expect(await parkedIds()).toEqual(idsOf(4));
});

test('without --yes nothing is moved', async () => {
  expect(await run(['replay'])).toMatchObject({ code: 1, notes: expect.stringContaining('4 dead letters would be') });
  expect([await parkedIds(), (await letterIds()).length]).toEqual([[], 4]);
});

test('with --wait it ends with 1 while one still waits', async () => {
  const { code, json } = await run(['replay', ...idsOf(1)], { yes: true, json: true, wait: '1' });
  expect([code, json.outcome]).toEqual([1, { scored: 0, rejected: [], waiting: 1 }]);
});

test.each([
  [['replay'], { since: 'yesterday' }, /--since is a day like 2026-11-21, not yesterday/],
  [['list'], { since: '2026-13-01' }, /--since is a day/],
  [['list', 'x'], {}, /Say nothing, "list", "show ID" or "replay"/],
  [['show'], {}, /Say nothing, "list", "show ID" or "replay"/],
  [['replay'], { model: 'a b' }, /--model is NAME or NAME@VERSION, not a b/],
  [['replay'], { model: 'pump@0' }, /--model is NAME or NAME@VERSION/],
  [['replay'], { wait: '-1' }, /--wait is a whole number/],
])('%j %j is used wrongly', async (operands, options, message) => {
  const wrong = await run(operands, options as Record<string, string>).catch((error: unknown) => error);
  expect(wrong).toBeInstanceOf(UsageError);
  expect((wrong as Error).message).toMatch(message);
});
