import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { streamEnds, until } from '../../local/demo/demo-events.ts';
import { accountFor } from '../../local/demo/stream-account.ts';
import { runInProcess } from '../cli/run-in-process.ts';
import { readings } from '../scoring/bundled-model.ts';
import { type TwinFixture, useTwin } from './twin-fixture.ts';

const folder = await mkdtemp(join(tmpdir(), 'sluice-letters-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

// What is parked here is drained by hand alone: the timer of each minute would come between two commands.
const twin = useTwin({ folder, settings: { SLUICE_DRAIN_SCHEDULE: '0 0 0 1 1 *' } });
const sluice = async (...args: string[]) => {
  const { code, out, err } = await runInProcess(args, { twinFolder: folder });
  return { code, out, err, json: args.includes('--json') && out !== '' ? JSON.parse(out) : undefined };
};

const [good, tooStrong, broken] = [260, 40, 5] as const;
const all = good + tooStrong + broken;
let from: Awaited<ReturnType<typeof streamEnds>>;

/** Events of which some are beyond what the model takes, and some cannot be read at all. */
async function sendAll({ producer }: TwinFixture): Promise<void> {
  const bodies = [
    ...readings(good),
    ...readings(tooStrong).map((reading) => ({ ...reading, torque: 150 })),
    ...Array.from({ length: broken }, () => '{"torque": '),
  ].map((body) => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  for (const [i, partitionId] of ['0', '1'].entries()) {
    const events = bodies.filter((_, at) => at % 2 === i).map((body) => ({ body, properties: { site: 'b' } }));
    await producer.sendBatch(events, { partitionId });
  }
}

const letterCount = async () => (await twin().sideTracked('deadLetters')).size;
const places = async () =>
  accountFor(twin().twin.connections, { from, to: await streamEnds(twin().twin.connections.events) });

beforeAll(async () => {
  from = await streamEnds(twin().twin.connections.events);
  await sendAll(twin());
  await until('all dead letters', async () => (await letterCount()) === tooStrong + broken, 60_000, 200);
  await until('all documents', async () => (await places()).documents === good, 60_000, 200);
}, 150_000);

test('they are listed with how many there are of each reason and day, and shown with position, headers and body', async () => {
  const { json } = await sluice('dead-letters', 'list', '--limit', '3', '--json');
  expect(json.counts).toMatchObject([
    { reason: 'feature.out_of_range', letters: tooStrong },
    { reason: 'json.malformed', letters: broken },
  ]);
  expect(json.letters).toHaveLength(3);
  const { out } = await sluice('dead-letters');
  expect(out).toMatch(/feature\.out_of_range +\d{4}-\d\d-\d\d +40/);
  const [letter] = (await sluice('dead-letters', 'list', '--reason', 'json.malformed', '--json')).json.letters;
  expect(letter).toMatchObject({
    attempts: 1,
    properties: { site: 'b' },
    systemProperties: { sequenceNumber: expect.anything() },
  });
  const shown = await sluice('dead-letters', 'show', letter.id);
  expect(shown.out).toMatch(/reason +json\.malformed/);
  expect(shown.out).toMatch(
    new RegExp(`position +telemetry, partition [01], sequence number ${letter.source.sequence}, offset`),
  );
  expect(shown.out).toMatch(/"site" +b/);
  expect(shown.out.trimEnd().split('\n').at(-1)).toBe('{"torque":');
});

test('nothing is replayed without a yes', async () => {
  const { code, err } = await sluice('dead-letters', 'replay');
  expect([code, err]).toEqual([1, expect.stringContaining(`${tooStrong + broken} dead letters would be replayed`)]);
  expect(await letterCount()).toBe(tooStrong + broken);
});

test('what fails again is a dead letter again, with its attempts counted, and the command says so', async () => {
  const { code, json } = await sluice('dead-letters', 'replay', '-r', 'json.malformed', '-y', '--wait', '60', '--json');
  expect(code).toBe(1);
  expect(json).toMatchObject({ selected: broken, gone: 0, left: [], outcome: { scored: 0, waiting: 0 } });
  expect(json.outcome.rejected).toHaveLength(broken);
  const { letters } = (await sluice('dead-letters', 'list', '-r', 'json.malformed', '--json')).json;
  expect(letters.map(({ attempts }: { attempts: number }) => attempts)).toEqual(Array(broken).fill(2));
});

test('once the model is mended all of them are documents, each event has one place, and a second replay finds nothing', async () => {
  const { models } = twin();
  expect((await sluice('fork', 'machine-failure', '--models', models)).code).toBe(0);
  const manifestFile = join(models, 'machine-failure', '2', 'manifest.json');
  const manifest = (await readFile(manifestFile, 'utf8')).replace('"max": 100,', '"max": 200,');
  await writeFile(manifestFile, manifest);
  expect((await sluice('build', 'machine-failure', '--models', models)).code).toBe(0);
  const isServed = async () => {
    const { models: served } = (await (await fetch(`${twin().twin.url}/status`)).json()) as {
      models: { version: number }[];
    };
    return served[0]?.version === 2;
  };
  await until('version 2', isServed, 30_000, 200);

  const args = ['dead-letters', 'replay', '--reason', 'feature.out_of_range', '--yes', '--wait', '90', '--json'];
  const { code, json } = await sluice(...args);
  expect(json).toMatchObject({
    selected: tooStrong,
    movedByReason: { 'feature.out_of_range': tooStrong },
    outcome: { scored: tooStrong, rejected: [], waiting: 0 },
  });
  expect(code).toBe(0);
  expect(await places()).toMatchObject({
    events: all,
    documents: good + tooStrong,
    deadLetters: broken,
    parked: 0,
    doubled: [],
    unplaced: [],
  });
  expect((await sluice(...args)).json).toMatchObject({ selected: 0, moved: [] });
  const reconciled = await sluice('reconcile', '--json');
  expect([reconciled.code, reconciled.json.isSound]).toEqual([0, true]);
});

test('a replay with a model that is not there leaves them what they were', async () => {
  const { json, err } = await sluice('dead-letters', 'replay', '-m', 'no-such-model', '-y', '--wait', '60', '--json');
  expect(err).toContain('no-such-model is not published');
  expect(json.outcome.rejected.map(({ reason }: { reason: string }) => reason)).toEqual(
    Array(broken).fill('json.malformed'),
  );
});

test('parked records are shown, and drained when they are asked to', async () => {
  expect((await sluice('parked')).out).toBe('Nothing is parked.\n');
  await sluice('dead-letters', 'replay', '--yes');
  expect((await sluice('parked', 'drain', '--wait', '30', '--json')).json).toEqual({ before: broken, left: 0 });
  expect(await letterCount()).toBe(broken);
});
