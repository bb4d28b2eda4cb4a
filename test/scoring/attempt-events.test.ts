import { expect, test } from 'vitest';
import { FileModelRepository } from '../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import type { IncomingEvent } from '../../src/core/events/incoming-event.ts';
import { attemptEvents } from '../../src/scoring/attempt-events.ts';
import { ModelRegistry } from '../../src/scoring/model-registry.ts';
import type { Sink } from '../../src/scoring/ports.ts';
import { bundledModels, keepingLog, readings } from './bundled-model.ts';
import { newCrashWatch } from './crashes/memory-markers.ts';
import { MemoryLedger, MemorySideTrack, MemorySink, streamSinksOf, unavailable } from './memory-ports.ts';

const registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
const sideTrack = new MemorySideTrack();
const attemptTimes = { waitMs: 100, endMs: 200, stallMs: 400 };

const events = readings(4).map(
  (reading, i): IncomingEvent => ({
    body: Buffer.from(JSON.stringify(reading)),
    hub: 'telemetry',
    partition: '0',
    sequence: i,
    enqueuedAt: '2026-11-21T03:04:05.678Z',
    systemProperties: {},
  }),
);

const attempt = (sink: Sink, number: number) => {
  const scoring = {
    registry,
    ...streamSinksOf(sink),
    sideTrack,
    ledger: new MemoryLedger(),
    crashWatch: newCrashWatch(),
    attemptTimes,
  };
  return attemptEvents(scoring, events, { number }, keepingLog());
};

test('an attempt whose sink never answers is given up, so that the host does not end it and pass over the batch', async () => {
  await registry.use('machine-failure', async () => {});
  const started = performance.now();
  await expect(attempt({ name: 'silent', write: () => new Promise(() => {}) }, 0)).rejects.toMatchObject({
    code: 'internal.unexpected',
    retryable: true,
  });
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('the sixth attempt parks what the first five have thrown', async () => {
  const dark = new MemorySink();
  dark.failure = () => unavailable;
  for (let number = 0; number < 5; number++)
    await expect(attempt(dark, number)).rejects.toMatchObject({ retryable: true });
  expect(sideTrack.parked.size).toBe(0);
  expect(await attempt(dark, 5)).toMatchObject({ received: 4, parked: 4 });
});
