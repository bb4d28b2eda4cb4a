import { beforeEach, expect, test } from 'vitest';
import { FileModelRepository } from '../../../src/adapters/file-model-repository.ts';
import { loadOnnxScorer } from '../../../src/adapters/onnx-scorer.ts';
import type { IncomingEvent } from '../../../src/core/events/incoming-event.ts';
import { ScoringError } from '../../../src/core/fault.ts';
import { type MetricDescription, metrics as table } from '../../../src/core/resources.ts';
import { measureParked } from '../../../src/scoring/metrics/measure-parked.ts';
import { MeasuredSink } from '../../../src/scoring/metrics/measured-sink.ts';
import { noMetrics } from '../../../src/scoring/metrics/no-metrics.ts';
import { ModelRegistry } from '../../../src/scoring/model-registry.ts';
import type { MetricLabels, MetricName, Metrics } from '../../../src/scoring/ports.ts';
import { scoreEvents } from '../../../src/scoring/score-events.ts';
import type { Attempt } from '../../../src/scoring/settle.ts';
import { bundledModels, keepingLog, readings } from '../bundled-model.ts';
import { newCrashWatch } from '../crashes/memory-markers.ts';
import { MemoryLedger, MemorySideTrack, MemorySink, streamSinksOf, unavailable } from '../memory-ports.ts';

/** Figures that are kept. Labels that the table does not name are an error. */
class KeptMetrics implements Metrics {
  readonly isOn = true;
  readonly points: { metric: MetricName; value: number; labels: MetricLabels }[] = [];

  record(metric: MetricName, value: number, labels: MetricLabels = {}): void {
    const { labels: known }: MetricDescription = table[metric];
    expect(Object.keys(labels).toSorted()).toEqual([...known].toSorted());
    expect(Number.isFinite(value)).toBe(true);
    this.points.push({ metric, value, labels });
  }

  async flush(): Promise<void> {}

  of(metric: MetricName): ({ readonly value: number } & MetricLabels)[] {
    return this.points.filter((point) => point.metric === metric).map(({ value, labels }) => ({ value, ...labels }));
  }

  total(metric: MetricName): number {
    return this.of(metric).reduce((sum, { value }) => sum + value, 0);
  }
}

const registry = new ModelRegistry(new FileModelRepository(bundledModels), loadOnnxScorer);
let metrics: KeptMetrics;
let sink: MemorySink;
beforeEach(() => {
  metrics = new KeptMetrics();
  sink = new MemorySink();
});

const first: Attempt = { number: 0, isLast: false };
function score(events: readonly IncomingEvent[], attempt = first) {
  const sinks = streamSinksOf(new MeasuredSink(sink, metrics), { metrics });
  const ports = { sideTrack: new MemorySideTrack(), ledger: new MemoryLedger(), crashWatch: newCrashWatch() };
  return scoreEvents({ registry, ...sinks, ...ports }, events, attempt, keepingLog());
}
const eventOf = (body: unknown, sequence: number, systemProperties = {}): IncomingEvent => ({
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  hub: 'telemetry',
  partition: '0',
  sequence,
  enqueuedAt: new Date(Date.now() - 5_000 - sequence).toISOString(),
  systemProperties,
});
const events = (count: number) => readings(count).map((reading, i) => eventOf(reading, i));

test('a batch tells what became of its records, how large and how old it was', async () => {
  const batch = [
    ...events(50),
    eventOf('nope', 50),
    eventOf('{}', 51, { 'iothub-message-source': 'twinChangeEvents' }),
  ];
  await score(batch);
  expect(metrics.of('rows')).toEqual([
    { value: 50, hub: 'telemetry', outcome: 'scored' },
    { value: 1, hub: 'telemetry', outcome: 'rejected' },
    { value: 1, hub: 'telemetry', outcome: 'skipped' },
  ]);
  expect(metrics.of('rejects')).toEqual([{ value: 1, hub: 'telemetry', code: 'json.malformed' }]);
  expect(metrics.of('skips')).toEqual([{ value: 1, hub: 'telemetry', reason: 'twinChangeEvents' }]);
  expect(metrics.of('batchSize')).toEqual([{ value: 52, hub: 'telemetry' }]);
  const [age] = metrics.of('oldestEventAge');
  expect(age?.value).toBeGreaterThan(5);
  expect(age?.value).toBeLessThan(30);
  expect(metrics.of('sinkDuration')).toMatchObject([{ sink: 'memory' }]);
  expect(metrics.of('batchDuration')).toMatchObject([{ outcome: 'settled' }]);
  expect(metrics.of('retries')).toEqual([]);
});

test('scores show how they are spread, each document once, however often it is delivered', async () => {
  const batch = events(50);
  await score(batch);
  await score(batch);
  expect(metrics.total('documents')).toBe(50);
  expect(metrics.of('scores')).toHaveLength(50);
  expect(metrics.of('scores')[0]).toMatchObject({ model: 'machine-failure', version: 1, output: 'probability' });
  expect(metrics.total('classes')).toBe(50);
});

test('what fails and is tried again is counted by its code', async () => {
  let calls = 0;
  sink.failure = () => (calls++ < 10 ? unavailable : undefined);
  await score(events(10), { ...first, waitUntilMs: performance.now() + 10_000 });
  expect(metrics.total('sinkErrors')).toBe(10);
  expect(metrics.of('sinkErrors')[0]).toEqual({ value: 1, sink: 'memory', code: 'sink.unavailable' });
  expect(metrics.of('retries')).toEqual([{ value: 10, hub: 'telemetry', of: 'document' }]);
  sink.failure = () => unavailable;
  await expect(score(events(10), { number: 2, isLast: false })).rejects.toThrow();
  expect(metrics.of('retries')).toHaveLength(2);
  expect(metrics.of('batchDuration')).toMatchObject([{ outcome: 'settled' }, { outcome: 'sink.unavailable' }]);
});

test('a model with many classes makes few series', async () => {
  const document = (label: string, id: string) => ({
    id,
    partition: 'p',
    model: 'm',
    version: 1,
    modelDigest: 'sha256:0' as const,
    inputDigest: 'sha256:0' as const,
    source: { kind: 'stream', hub: 'h', partition: '0', sequence: 1, enqueuedAt: '2026-11-21T00:00:00.000Z' } as const,
    outputs: { label },
  });
  const labels = Array.from({ length: 300 }, (_, i) => `class ${i % 150}`);
  await new MeasuredSink(sink, metrics).write(labels.map((label, i) => document(label, String(i))));
  const series = new Set(metrics.of('classes').map(({ label }) => label));
  expect(series.size).toBe(101);
  expect(metrics.of('classes').filter(({ label }) => label === 'other')).toHaveLength(100);
});

test('how much is parked, and for how long', async () => {
  const storedAt = new Date(Date.now() - 60_000).toISOString();
  const parked = { list: async () => ({ found: [{ path: 'a', storedAt }], isAll: true }) };
  await measureParked(metrics, parked);
  expect(metrics.of('parkedRecords')).toEqual([{ value: 1 }]);
  expect(metrics.of('parkedAge')[0]?.value).toBeGreaterThanOrEqual(59);
  const never = { list: () => Promise.reject(new ScoringError('storage.unavailable', 'asked', { retryable: true })) };
  await measureParked(noMetrics, never);
});
