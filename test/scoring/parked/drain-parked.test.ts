import { beforeEach, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import { attemptTimesOf } from '../../../src/core/attempt-times.ts';
import type { IncomingEvent } from '../../../src/core/events/incoming-event.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import { drainParked } from '../../../src/scoring/parked/drain-parked.ts';
import { parkedReplay } from '../../../src/scoring/parked/replay-letters.ts';
import type { DeadLetter, ParkedRecord } from '../../../src/scoring/ports.ts';
import { scoreEvents } from '../../../src/scoring/score-events.ts';
import { bundledModels, keepingLog, readings } from '../bundled-model.ts';
import { MemoryMarkers, newCrashWatch } from '../crashes/memory-markers.ts';
import { MemoryLedger, MemorySink, streamSinksOf, unavailable } from '../memory-ports.ts';
import { MemoryRecords, trackOver } from './memory-records.ts';

const registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
const going = new AbortController().signal;

let sink: MemorySink;
let deadLetters: MemoryRecords<DeadLetter>;
let parked: MemoryRecords<ParkedRecord>;
let ledger: MemoryLedger;
let markers: MemoryMarkers;
beforeEach(() => {
  sink = new MemorySink();
  deadLetters = new MemoryRecords();
  parked = new MemoryRecords();
  ledger = new MemoryLedger();
  markers = new MemoryMarkers();
});

const app = () => ({
  registry,
  ...streamSinksOf(sink),
  sideTrack: trackOver(deadLetters, parked),
  ledger,
  parked,
  deadLetters,
  crashWatch: newCrashWatch(markers),
  attemptTimes: attemptTimesOf(undefined),
});
const drain = () => drainParked(app(), going, keepingLog());

const eventOf = (body: unknown, sequence: number, more: Partial<IncomingEvent> = {}): IncomingEvent => ({
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  hub: 'telemetry',
  partition: '0',
  sequence,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
  systemProperties: {},
  ...more,
});
const events = (count: number, from = 1000) => readings(count).map((reading, i) => eventOf(reading, from + i));
const score = (batch: readonly IncomingEvent[]) => scoreEvents(app(), batch, { number: 5, isLast: true }, keepingLog());

/** The batch, parked because its sink is dark, and what it would have become otherwise. */
async function parkedAndWanted(batch: readonly IncomingEvent[]) {
  await score(batch);
  const wanted = new Map(sink.documents);
  sink.documents.clear();
  sink.failure = () => unavailable;
  await score(batch);
  return wanted;
}

describe('parked records', () => {
  test('become the documents that they would have been, with key and partition of their device, and are gone', async () => {
    const device = { 'iothub-connection-device-id': 'd-9', 'x-opt-partition-key': 'd-9' };
    const { machineId: _, ...reading } = readings(1)[0]!;
    const list = eventOf([reading, readings(2)[1]], 5, { systemProperties: device, properties: { site: 'b' } });
    const wanted = await parkedAndWanted([...events(20), list]);
    expect(parked.byPath.size).toBe(22);
    sink.failure = () => undefined;
    expect(await drain()).toMatchObject({ found: 22, scored: 22, rejected: 0, waiting: 0 });
    expect(sink.documents).toEqual(wanted);
    expect([parked.byPath.size, deadLetters.byPath.size]).toEqual([0, 0]);
    expect([...wanted.values()].some(({ key }) => key === 'd-9')).toBe(true);
  });

  test('of whole events whose model did not serve are opened now: documents, dead letters and all', async () => {
    const batch = [...events(3), eventOf('nope', 7), eventOf([readings(1)[0], { torque: 'x' }], 8)];
    const noRoutes = { ...app(), registry: new ModelRegistry(new FileModelRepository('/nowhere'), loadOnnxScorer) };
    await scoreEvents(noRoutes, batch, { number: 5, isLast: true }, keepingLog());
    expect(parked.all).toMatchObject(Array(5).fill({ waitsFor: 'scoring', attempts: 6 }));
    expect(await drain()).toMatchObject({ found: 5, scored: 4, rejected: 2, waiting: 0 });
    expect([parked.byPath.size, sink.documents.size]).toEqual([0, 4]);
    expect(deadLetters.all.map(({ reason, attempts }) => [reason, attempts])).toEqual([
      ['json.malformed', 7],
      ['feature.missing', 7],
    ]);
  });

  test('stay, all of them, while the sink is dark; it is asked with one lot of the hub and not with the others', async () => {
    await parkedAndWanted(events(200));
    let asked = 0;
    sink.failure = () => {
      asked++;
      return unavailable;
    };
    expect(await drain()).toMatchObject({ found: 200, scored: 0, waiting: 64 });
    expect(asked).toBe(64);
    expect(parked.byPath.size).toBe(200);
  });

  test('that go through leave those behind that do not', async () => {
    await parkedAndWanted(events(10));
    sink.failure = ({ source }) => (source.kind === 'stream' && source.sequence === 1003 ? unavailable : undefined);
    expect(await drain()).toMatchObject({ scored: 9, waiting: 1 });
    expect(parked.all.map(({ source }) => source.sequence)).toEqual([1003]);
  });

  test('are drained once, whoever else drains at the same time', async () => {
    const wanted = await parkedAndWanted(events(100));
    sink.failure = () => undefined;
    await Promise.all([drain(), drain(), drain()]);
    expect(sink.documents).toEqual(wanted);
    expect(parked.byPath.size).toBe(0);
  });

  test('go oldest first, and no more begin when the process is to end', async () => {
    const older = events(64, 9_000).map((event) => ({ ...event, enqueuedAt: '2026-11-20T23:00:00.000Z' }));
    await parkedAndWanted([...events(64), ...older]);
    sink.failure = () => undefined;
    const stopping = new AbortController();
    const seen: string[] = [];
    sink.failure = ({ source }) => {
      if (source.kind === 'stream') seen.push(source.enqueuedAt.slice(0, 10));
      stopping.abort();
      return undefined;
    };
    expect(await drainParked(app(), stopping.signal, keepingLog())).toMatchObject({ scored: 64 });
    expect(new Set(seen)).toEqual(new Set(['2026-11-20']));
  });

  test('that turn out to be no telemetry are told to the ledger', async () => {
    const twin = { body: { desired: 1 }, systemProperties: { 'iothub-message-source': 'twinChangeEvents' } };
    const noModels = { ...app(), registry: new ModelRegistry(new FileModelRepository('/nowhere'), loadOnnxScorer) };
    await scoreEvents(noModels, [eventOf(twin, 3)], { number: 5, isLast: true }, keepingLog());
    ledger.entries.length = 0;
    await drain();
    expect(parked.byPath.size).toBe(0);
    expect(ledger.entries).toMatchObject([{ from: 3, to: 3, skipped: { twinChangeEvents: 1 } }]);
  });

  test('that killed processes twice alone become dead letters', async () => {
    await parkedAndWanted(events(8));
    sink.failure = () => undefined;
    const died = [{ from: 1000, to: 1007, events: 8 }];
    await markers.write('parked/telemetry/0', {
      life: 'dead',
      died,
      deaths: { 'telemetry~0~1004~mwptqiwe~telemetry': 2 },
    });
    expect(await drain()).toMatchObject({ scored: 7, rejected: 1 });
    expect(deadLetters.all).toMatchObject([{ reason: 'model.crashed', source: { sequence: 1004 } }]);
    expect([...markers.markers.keys()].filter((path) => path.startsWith('parked/'))).toEqual([]);
  });
});

describe('dead letters that are replayed', () => {
  const replay = async (model?: string) => {
    for (const [path, { record }] of [...deadLetters.byPath]) {
      await parked.write(`2026-11-21/${record.id}.json`, parkedReplay(record, model));
      await deadLetters.remove(path);
    }
  };

  test('are documents once what was wrong is mended, and nothing else', async () => {
    const tooHot = { ...readings(1)[0], torque: 250 };
    await score([eventOf(tooHot, 1), eventOf([readings(1)[0], tooHot], 2)]);
    expect(deadLetters.all.map(({ reason }) => reason)).toEqual(['feature.out_of_range', 'feature.out_of_range']);
    sink.documents.clear();
    await replay();
    // The same as a new version of the model with other bounds.
    const mended = parked.all.map((record) => ({ ...record, body: record.body.replaceAll('250', '25') }));
    for (const record of mended) await parked.write(`2026-11-21/${record.id}.json`, record);
    expect(await drain()).toMatchObject({ found: 2, scored: 2, rejected: 0, waiting: 0 });
    expect([...sink.documents.keys()]).toEqual([
      'telemetry~0~1~mwptqiwe~machine-failure',
      'telemetry~0~2.1~mwptqiwe~machine-failure',
    ]);
    expect([parked.byPath.size, deadLetters.byPath.size]).toEqual([0, 0]);
  });

  test('that fail again are the same dead letters again, with their attempts counted', async () => {
    await score([eventOf('nope', 1)]);
    const [before] = deadLetters.all;
    for (const attempts of [7, 8]) {
      await replay();
      expect(await drain()).toMatchObject({ scored: 0, rejected: 1 });
      expect(deadLetters.all).toEqual([{ ...before, attempts }]);
      expect(parked.byPath.size).toBe(0);
    }
  });

  test('that fail for another reason are not also what they were before, though the move was cut short', async () => {
    const [reading] = readings(1);
    await score([eventOf({ ...reading, torque: 250 }, 1)]);
    const [path = ''] = deadLetters.byPath.keys();
    const [record] = deadLetters.all as [DeadLetter];
    const body = JSON.stringify({ ...reading, torque: 'x' });
    await parked.write(`2026-11-21/${record.id}.json`, { ...parkedReplay(record), body });
    expect(deadLetters.byPath.has(path)).toBe(true);
    await drain();
    expect(deadLetters.all).toMatchObject([{ reason: 'feature.wrong_type' }]);
    expect(parked.byPath.size).toBe(0);
  });

  test('are scored by the model that was asked for, under its name', async () => {
    await score([eventOf('nope', 1)]);
    await replay('machine-failure@1');
    const good = parked.all.map((record) => ({ ...record, body: JSON.stringify(readings(1)[0]) }));
    for (const record of good) await parked.write(`2026-11-21/${record.id}.json`, record);
    expect(await drain()).toMatchObject({ scored: 1 });
    expect([...sink.documents.values()]).toMatchObject([{ model: 'machine-failure', version: 1 }]);
  });

  test.each(['no-such-model', 'machine-failure@99'])(
    'for %s, which is not there, are what they were',
    async (model) => {
      await score([eventOf('nope', 1)]);
      const [before] = deadLetters.all;
      await replay(model);
      await drain();
      expect(deadLetters.all).toEqual([{ ...before, attempts: 7 }]);
      expect([parked.byPath.size, sink.documents.size]).toEqual([0, 0]);
    },
  );
});
