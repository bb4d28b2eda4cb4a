import { beforeEach, expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import type { IncomingEvent } from '../../src/core/events/incoming-event.ts';
import { hiddenValue } from '../../src/core/fault.ts';
import type { Manifest } from '../../src/core/manifest/manifest.ts';
import { deadLetterPath } from '../../src/core/stored-paths.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import { replayLetters } from '../../src/scoring/parked/replay-letters.ts';
import type { DeadLetter, ParkedRecord } from '../../src/scoring/ports.ts';
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
import { MemoryRecords } from './parked/memory-records.ts';

const sensitive = ['torque', 'type'];
const secret = 48151.623;

/** The model that comes with the project, with two sensitive features. */
const base = new FileModelRepository(bundledModels);
const repository = changedRepository(base, {
  open: async (name, version) => {
    const opened = await base.open(name, version);
    const manifest = opened.manifest as Manifest;
    const features = manifest.features.map((feature) =>
      sensitive.includes(feature.name) ? { ...feature, sensitive: true } : feature,
    );
    return { ...opened, file: (file) => opened.file(file), manifest: { ...manifest, features } };
  },
});

let registry: ModelRegistry;
let sink: MemorySink;
let sideTrack: MemorySideTrack;
let log: ReturnType<typeof keepingLog>;
beforeEach(() => {
  registry = new ModelRegistry(repository, loadOnnxScorer);
  sink = new MemorySink();
  sideTrack = new MemorySideTrack();
  log = keepingLog();
});

const [reading] = readings(1);
const eventOf = (body: unknown, sequence = 1): IncomingEvent => ({
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  hub: 'telemetry',
  partition: '0',
  sequence,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
  systemProperties: {},
});

async function lettersOf(body: unknown, attempt = { number: 0, isLast: false }): Promise<DeadLetter[]> {
  const ports = {
    registry,
    ...streamSinksOf(sink),
    sideTrack,
    ledger: new MemoryLedger(),
    crashWatch: newCrashWatch(),
  };
  await scoreEvents(ports, [eventOf(body)], attempt, log);
  return [...sideTrack.deadLetters.values()];
}
const noTrace = (value: unknown) => expect(JSON.stringify(value)).not.toContain('48151');

test('a wrong sensitive value is neither in the letter nor in the log, and the letter says what it lacks', async () => {
  const [letter] = await lettersOf({ ...reading, torque: `${secret} Nm` });
  expect(letter).toMatchObject({ reason: 'feature.wrong_type', path: '/torque', got: hiddenValue, masked: sensitive });
  expect(JSON.parse(letter?.body ?? '')).toEqual({ ...JSON.parse(letter?.body ?? ''), torque: '***', type: '***' });
  expect(letter?.body).toContain(`"machineId":"${reading?.machineId}"`);
  noTrace([letter, log.lines]);
});

test('a wrong value beside it is told, and each record of a list is a letter without sensitive values', async () => {
  const wrong = { ...reading, torque: secret, airTemperature: 'warm' };
  const letters = await lettersOf([
    { ...wrong, airTemperature: null },
    { ...reading, torque: secret, toolWear: 'x' },
  ]);
  expect(letters.length).toBeGreaterThan(0);
  for (const letter of letters) expect(letter.masked).toEqual(sensitive);
  noTrace([letters, log.lines]);
});

test.each([
  ['no JSON', `{"torque": ${secret}`],
  ['a list in place of a record', [[secret]]],
  ['a number', String(secret)],
])('a body that is not understood is withheld, with its digest and size: %s', async (_, body) => {
  const [letter] = await lettersOf(body);
  const bodyBytes = eventOf(body).body.length;
  expect(letter).toMatchObject({ body: '', withheld: true, bodyBytes, bodyDigest: expect.stringMatching(/^sha256:/) });
  noTrace([letter, log.lines]);
});

test('a document that the sink refuses leaves a letter without sensitive values too', async () => {
  const fault = { code: 'id.conflict', path: '', expected: 'sha256:1', got: 'sha256:2' } as const;
  sink.failure = () => ({ kind: 'fault', fault });
  const [letter] = await lettersOf({ ...reading, torque: 48.151 });
  expect(letter).toMatchObject({ reason: 'id.conflict', got: 'sha256:2', masked: sensitive });
  expect(letter?.body).not.toContain('48.151');
});

test('a parked record is whole: it is drained with all its values', async () => {
  sink.failure = () => unavailable;
  const attempt = { number: 5, isLast: true, waitUntilMs: 0 };
  await lettersOf({ ...reading, torque: 48.151 }, attempt);
  const [parked] = sideTrack.parked.values();
  expect(JSON.parse(parked?.body ?? '')).toEqual({ ...reading, torque: 48.151 });
});

test('a letter without its values is not replayed, and stays', async () => {
  const [letter] = (await lettersOf({ ...reading, torque: 'x' })) as [DeadLetter];
  const [deadLetters, parked] = [new MemoryRecords<DeadLetter>(), new MemoryRecords<ParkedRecord>()];
  await deadLetters.write(deadLetterPath(letter), letter);
  const move = await replayLetters({ deadLetters, parked }, [deadLetterPath(letter)], undefined);
  expect(move).toMatchObject({
    moved: [],
    left: [{ id: letter.id, problem: expect.stringContaining('letter.concealed') }],
  });
  expect([deadLetters.byPath.size, parked.byPath.size]).toEqual([1, 0]);
});
