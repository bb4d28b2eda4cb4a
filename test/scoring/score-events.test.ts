import { beforeEach, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import type { IncomingEvent } from '../../src/core/events/incoming-event.ts';
import { ScoringError } from '../../src/core/fault.ts';
import { isBalanced, type Receipt } from '../../src/core/receipt.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { scoreEvents } from '../../src/scoring/score-events.ts';
import { bundledModels, keepingLog, readings } from './bundled-model.ts';
import { newCrashWatch } from './crashes/memory-markers.ts';
import {
  changedRepository,
  MemoryLedger,
  MemorySideTrack,
  MemorySink,
  streamSinksOf,
  unavailable,
} from './memory-ports.ts';

const first = { number: 0, isLast: false };
const last = { number: 5, isLast: true };

let sink: MemorySink;
let sideTrack: MemorySideTrack;
let ledger: MemoryLedger;
let log: ReturnType<typeof keepingLog>;
const repository = new FileModelRepository(bundledModels);
let registry = new ModelRegistry(repository, loadOnnxScorer);

beforeEach(() => {
  registry = new ModelRegistry(repository, loadOnnxScorer);
  sink = new MemorySink();
  sideTrack = new MemorySideTrack();
  ledger = new MemoryLedger();
  log = keepingLog();
});

const score = (events: readonly IncomingEvent[], attempt = first) =>
  scoreEvents(
    { registry, ...streamSinksOf(sink), sideTrack, ledger, crashWatch: newCrashWatch() },
    events,
    attempt,
    log,
  );

const eventOf = (body: unknown, sequence: number, systemProperties: Record<string, unknown> = {}): IncomingEvent => ({
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  hub: 'telemetry',
  partition: '0',
  sequence,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
  systemProperties,
});

const goodEvents = (count: number) => readings(count).map((reading, i) => eventOf(reading, 1000 + i));

test('each event becomes one document, with the id of its position', async () => {
  const receipt = await score(goodEvents(20));
  expect(receipt).toMatchObject({ received: 20, scored: 20, rejected: 0, parked: 0, skipped: 0 });
  const [reading] = readings(1);
  expect(sink.documents.size).toBe(20);
  expect(sink.documents.get('telemetry~0~1000~mwptqiwe~machine-failure')).toEqual({
    id: 'telemetry~0~1000~mwptqiwe~machine-failure',
    partition: `${reading?.machineId}~2026-11-21`,
    key: reading?.machineId,
    model: 'machine-failure',
    version: 1,
    modelDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    inputDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    source: {
      kind: 'stream',
      hub: 'telemetry',
      partition: '0',
      sequence: 1000,
      enqueuedAt: '2026-11-21T03:04:05.678Z',
    },
    outputs: { label: expect.stringMatching(/^(ok|failure)$/), probability: expect.any(Number) },
  });
});

test('one malformed event in a batch of 256: 255 documents and one dead letter with all that is needed to mend it', async () => {
  const events = goodEvents(256);
  events[100] = eventOf('{"torque": ', 1100, { contentType: 'application/json' });
  const receipt = await score(events);
  expect(receipt).toMatchObject({ received: 256, scored: 255, rejected: 1, rejectedByCode: { 'json.malformed': 1 } });
  expect(sink.documents.size).toBe(255);
  expect([...sideTrack.deadLetters.values()]).toEqual([
    {
      id: 'telemetry~0~1100~mwptqiwe~telemetry',
      reason: 'json.malformed',
      path: '',
      expected: 'JSON',
      got: 'the end of the text at position 11 (line 1, column 12)',
      source: {
        kind: 'stream',
        hub: 'telemetry',
        partition: '0',
        sequence: 1100,
        enqueuedAt: '2026-11-21T03:04:05.678Z',
      },
      route: 'telemetry',
      attempts: 1,
      contentType: 'application/json',
      systemProperties: { contentType: 'application/json' },
      body: '{"torque": ',
      bodyEncoding: 'utf8',
    },
  ]);
});

test('a body that is not text is kept as base64', async () => {
  const binary = { ...eventOf('', 7), body: Uint8Array.of(0xff, 0x00, 0x80) };
  await score([binary]);
  expect([...sideTrack.deadLetters.values()]).toMatchObject([
    { reason: 'text.not_utf8', body: '/wCA', bodyEncoding: 'base64' },
  ]);
});

test('a value that does not fit names its feature', async () => {
  const [reading] = readings(1);
  await score([eventOf({ ...reading, torque: -3 }, 1)]);
  expect([...sideTrack.deadLetters.values()]).toMatchObject([
    { reason: 'feature.out_of_range', path: '/torque', expected: 'a number, 0..100 Nm', got: '-3' },
  ]);
});

test('several records in one body have ids and fates of their own', async () => {
  const [a, b, c] = readings(3);
  const receipt = await score([eventOf([a, { ...b, torque: 'x' }, c], 5)]);
  expect(receipt).toMatchObject({ received: 3, scored: 2, rejected: 1 });
  expect([...sink.documents.keys()]).toEqual([
    'telemetry~0~5.0~mwptqiwe~machine-failure',
    'telemetry~0~5.2~mwptqiwe~machine-failure',
  ]);
  expect([...sideTrack.deadLetters.values()]).toMatchObject([
    { id: 'telemetry~0~5.1~mwptqiwe~telemetry', path: '/1/torque' },
  ]);
});

test('without a key of its own a record belongs to its device, without one to its hour', async () => {
  const { machineId: _, ...reading } = readings(1)[0]!;
  await score([eventOf(reading, 1, { 'iothub-connection-device-id': 'd-9' }), eventOf(reading, 2)]);
  expect([...sink.documents.values()].map(({ key, partition }) => [key, partition])).toEqual([
    ['d-9', 'd-9~2026-11-21'],
    [undefined, 'telemetry~0~2026-11-21T03'],
  ]);
});

test('what is no telemetry is counted by its source', async () => {
  const twin = eventOf('{}', 2, { 'iothub-message-source': 'twinChangeEvents' });
  const receipt = await score([...goodEvents(1), twin]);
  expect(receipt).toMatchObject({ received: 2, scored: 1, skipped: 1, skippedByReason: { twinChangeEvents: 1 } });
});

test('a replay changes nothing', async () => {
  const events = goodEvents(30);
  await score(events);
  const before = structuredClone([...sink.documents]);
  expect(await score([...events].reverse())).toMatchObject({ received: 30, scored: 30 });
  expect([...sink.documents]).toEqual(before);
});

test('the same id with another input is flagged, never overwritten', async () => {
  const [a, b] = readings(2);
  await score([eventOf(a, 1)]);
  const before = [...sink.documents.values()];
  const receipt = await score([eventOf(b, 1)]);
  expect(receipt).toMatchObject({ scored: 0, rejected: 1, rejectedByCode: { 'id.conflict': 1 } });
  expect([...sink.documents.values()]).toEqual(before);
  expect([...sideTrack.deadLetters.values()]).toMatchObject([{ reason: 'id.conflict', body: JSON.stringify(b) }]);
});

describe('what may heal', () => {
  test('is thrown, after the dead letters are safe, and the next attempt completes it', async () => {
    const events = [...goodEvents(10), eventOf('nope', 1)];
    sink.failure = ({ source }) => (source.kind === 'stream' && source.sequence % 2 === 0 ? unavailable : undefined);
    await expect(score(events)).rejects.toMatchObject({ code: 'sink.unavailable', retryable: true });
    expect(sideTrack.deadLetters.size).toBe(1);
    expect(sideTrack.parked.size).toBe(0);
    sink.failure = () => undefined;
    expect(await score(events)).toMatchObject({ received: 11, scored: 10, rejected: 1, parked: 0 });
    expect(sink.documents.size).toBe(10);
  });

  test('is parked at the last attempt: only what is left, with its body', async () => {
    sink.failure = ({ source }) => (source.kind === 'stream' && source.sequence === 1003 ? unavailable : undefined);
    const receipt = await score(goodEvents(10), last);
    expect(receipt).toMatchObject({ received: 10, scored: 9, rejected: 0, parked: 1 });
    expect([...sideTrack.parked.values()]).toMatchObject([
      {
        id: 'telemetry~0~1003~mwptqiwe~telemetry',
        waitsFor: 'memory',
        error: { code: 'sink.unavailable' },
        body: JSON.stringify(readings(4)[3]),
      },
    ]);
    expect(sideTrack.deadLetters.size).toBe(0);
  });

  test('goes on being thrown when parking fails too', async () => {
    sink.failure = () => unavailable;
    sideTrack.isDown = true;
    await expect(score(goodEvents(3), last)).rejects.toMatchObject({ code: 'storage.unavailable' });
  });

  test('dead letters that cannot be stored are thrown, whatever the attempt', async () => {
    sideTrack.isDown = true;
    await expect(score([eventOf('nope', 1)], last)).rejects.toBeInstanceOf(ScoringError);
  });
});

describe('a model that does not serve', () => {
  const broken = (error: ScoringError) => {
    const open = () => Promise.reject(error);
    registry = new ModelRegistry(changedRepository(repository, { open }), loadOnnxScorer);
  };

  test('keeps the batch coming back, and parks it whole at the last attempt', async () => {
    broken(new ScoringError('model.not_ready', 'the disk is gone', { retryable: true }));
    const events = [...goodEvents(3), eventOf('nope', 1)];
    await expect(score(events)).rejects.toMatchObject({ code: 'model.not_ready' });
    expect(await score(events, last)).toMatchObject({ received: 4, scored: 0, rejected: 0, parked: 4 });
    expect([...sideTrack.parked.values()]).toMatchObject([{ waitsFor: 'scoring' }, {}, {}, {}]);
  });

  test('so does a hub that no route takes', async () => {
    const routes = async () => ({ streams: [] });
    registry = new ModelRegistry(changedRepository(repository, { routes }), loadOnnxScorer);
    await expect(score(goodEvents(1))).rejects.toMatchObject({ code: 'routes.invalid' });
  });
});

test('a hundred times the same poison event at the head of a batch holds nothing up: one attempt, all in their places', async () => {
  const poison = Array.from({ length: 100 }, (_, i) => eventOf('{"torque": "much"}', 900 + i));
  expect(await score([...poison, ...goodEvents(20)])).toMatchObject({ scored: 20, rejected: 100 });
  expect([sink.documents.size, sideTrack.deadLetters.size, sideTrack.parked.size]).toEqual([20, 100, 0]);
});

test('a document is a matter of its event alone: late, early, out of order and in other batches it is the same', async () => {
  const day = 24 * 3_600_000;
  const events = goodEvents(120).map((event, i) => {
    const skewMs = [0, -day, day, 3_600_000][i % 4] as number;
    return { ...event, enqueuedAt: new Date(Date.parse(event.enqueuedAt) + skewMs).toISOString() };
  });
  await score(events);
  const wanted = new Map([...sink.documents].map(([id, document]) => [id, JSON.stringify(document)]));
  sink.documents.clear();
  const shuffled = events.map((event, i) => [(i * 37) % 120, event] as const).sort(([a], [b]) => a - b);
  for (let from = 0; from < 120; from += 17) await score(shuffled.slice(from, from + 17).map(([, event]) => event));
  expect(new Map([...sink.documents].map(([id, document]) => [id, JSON.stringify(document)]))).toEqual(wanted);
});

test('every batch logs a receipt that adds up', async () => {
  await score([...goodEvents(5), eventOf('nope', 9)]);
  expect(log.lines).toMatchObject([
    { level: 'information', message: 'receipt', fields: { hub: 'telemetry', partition: '0', from: 1000, to: 9 } },
  ]);
  expect(isBalanced(log.lines[0]?.fields as Receipt)).toBe(true);
});

test('an empty batch is no fault', async () => {
  expect(await score([])).toMatchObject({ received: 0 });
});

describe('the ledger', () => {
  test('hears of every batch that has ended, with what was passed over and which events are lists', async () => {
    const twin = eventOf('{}', 1003, { 'iothub-message-source': 'twinChangeEvents' });
    await score([...goodEvents(3), twin, eventOf(readings(2), 1004), eventOf('nope', 1005)]);
    expect(ledger.entries).toEqual([
      {
        hub: 'telemetry',
        partition: '0',
        from: 1000,
        to: 1005,
        firstAt: '2026-11-21T03:04:05.678Z',
        lastAt: '2026-11-21T03:04:05.678Z',
        scored: 5,
        rejected: 1,
        parked: 0,
        skipped: { twinChangeEvents: 1 },
        skippedAt: { twinChangeEvents: '1003' },
        lists: [[1004, 1004, 2]],
      },
    ]);
  });

  test('hears of nothing that is to come again', async () => {
    sink.failure = () => unavailable;
    await expect(score(goodEvents(2))).rejects.toThrow();
    expect(ledger.entries).toEqual([]);
    expect(await score(goodEvents(2), last)).toMatchObject({ parked: 2 });
    expect(ledger.entries).toMatchObject([{ from: 1000, to: 1001, parked: 2 }]);
  });

  test('that cannot be written keeps the batch from succeeding, whatever the attempt', async () => {
    ledger.isDown = true;
    await expect(score(goodEvents(2), last)).rejects.toMatchObject({ code: 'storage.unavailable', retryable: true });
  });
});
