import { beforeEach, describe, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import type { IncomingEvent } from '../../src/core/events/incoming-event.ts';
import { ScoringError } from '../../src/core/fault.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import type { ModelPackage } from '../../src/scoring/ports.ts';
import { scoreEvents } from '../../src/scoring/score-events.ts';
import { bundledModels, keepingLog, readings } from './bundled-model.ts';
import { newCrashWatch } from './crashes/memory-markers.ts';
import { changedRepository, MemoryLedger, MemorySideTrack, MemorySink, streamSinksOf } from './memory-ports.ts';

const base = new FileModelRepository(bundledModels);
/** The bundled model under a second name. */
async function openAs(name: string, version: number): Promise<ModelPackage> {
  const opened = await base.open('machine-failure', version);
  if (name === 'machine-failure') return opened;
  if (name === 'broken') throw new ScoringError('model.not_ready', 'the disk is gone', { retryable: true });
  const manifest = { ...(opened.manifest as object), name };
  return { ...opened, name, manifest, file: (file) => opened.file(file) };
}
const names = ['machine-failure', 'second', 'broken'];

let sink: MemorySink;
let sideTrack: MemorySideTrack;
let ledger: MemoryLedger;
beforeEach(() => {
  sink = new MemorySink();
  sideTrack = new MemorySideTrack();
  ledger = new MemoryLedger();
});

function score(stream: object, events: readonly IncomingEvent[], isLast = false) {
  const route = { hub: 'telemetry', model: 'machine-failure', ...stream };
  const repository = changedRepository(base, {
    models: async () => names,
    versions: async () => [1],
    aliases: () => base.aliases('machine-failure'),
    open: openAs,
    routes: async () => ({ streams: [route] }),
  });
  const registry = new ModelRegistry(repository, loadOnnxScorer);
  const scoring = { registry, ...streamSinksOf(sink), sideTrack, ledger, crashWatch: newCrashWatch() };
  return scoreEvents(scoring, events, { number: 0, isLast }, keepingLog()).finally(() => registry.release());
}

const eventOf = (body: unknown, sequence: number, model?: unknown): IncomingEvent => ({
  body: Buffer.from(JSON.stringify(body)),
  hub: 'telemetry',
  partition: '0',
  sequence,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
  systemProperties: {},
  properties: model === undefined ? {} : { model },
});
const modelsOf = () =>
  [...sink.documents.values()].map(({ model, source }) => [source.kind === 'stream' && source.sequence, model]);
const [a, b, c] = readings(3);

test('one batch holds events of several models', async () => {
  const events = [eventOf(a, 1), eventOf(b, 2, 'second'), eventOf(c, 3, 'machine-failure')];
  expect(await score({ models: ['second'] }, events)).toMatchObject({ received: 3, scored: 3 });
  expect(modelsOf().sort()).toEqual([
    [1, 'machine-failure'],
    [2, 'second'],
    [3, 'machine-failure'],
  ]);
  expect([...sink.documents.keys()]).toContain('telemetry~0~2~mwptqiwe~second');
});

test('a name counts only where the route allows it', async () => {
  await score({}, [eventOf(a, 1, 'second')]);
  expect(modelsOf()).toEqual([[1, 'machine-failure']]);
});

test('a model that is not allowed is a dead letter, the others are scored', async () => {
  const receipt = await score({ models: ['second'] }, [eventOf(a, 1, 'third'), eventOf(b, 2)]);
  expect(receipt).toMatchObject({ scored: 1, rejected: 1, rejectedByCode: { 'model.not_allowed': 1 } });
  expect([...sideTrack.deadLetters.values()]).toMatchObject([{ reason: 'model.not_allowed', got: '"third"' }]);
});

test('each record of a list may ask for its own model', async () => {
  const list = [a, { ...b, kind: 'second' }, { ...c, kind: 'third' }, { ...a, torque: -3, kind: 'second' }];
  const receipt = await score({ models: ['second'], modelField: 'kind' }, [eventOf(list, 5), eventOf('nope', 6)]);
  expect(receipt).toMatchObject({ received: 5, scored: 2, rejected: 3 });
  expect([...sink.documents.keys()].sort()).toEqual([
    'telemetry~0~5.0~mwptqiwe~machine-failure',
    'telemetry~0~5.1~mwptqiwe~second',
  ]);
  expect([...sideTrack.deadLetters.values()].map(({ path, reason }) => [path, reason]).sort()).toEqual([
    ['', 'record.not_an_object'],
    ['/2/kind', 'model.not_allowed'],
    ['/3/torque', 'feature.out_of_range'],
  ]);
  expect(ledger.entries).toMatchObject([{ from: 5, to: 6, lists: [[5, 5, 4]] }]);
});

describe('a model that does not serve', () => {
  const events = [eventOf(a, 1), eventOf(b, 2, 'broken'), eventOf('nope', 3)];
  test('keeps only its own events back, and the ledger hears of nothing', async () => {
    await expect(score({ models: ['broken'] }, events)).rejects.toMatchObject({ code: 'model.not_ready' });
    expect([...sink.documents.keys()]).toEqual(['telemetry~0~1~mwptqiwe~machine-failure']);
    expect([...sideTrack.deadLetters.keys()]).toEqual(['telemetry~0~3~mwptqiwe~telemetry']);
    expect([sideTrack.parked.size, ledger.entries.length]).toEqual([0, 0]);
  });
  test('has its own events parked at the last attempt', async () => {
    const receipt = await score({ models: ['broken'] }, events, true);
    expect(receipt).toMatchObject({ received: 3, scored: 1, rejected: 1, parked: 1 });
    expect([...sideTrack.parked.values()]).toMatchObject([{ source: { sequence: 2 }, waitsFor: 'scoring' }]);
  });
});
