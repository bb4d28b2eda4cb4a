import { afterAll, expect, test } from 'vitest';
import { sendDemoEvents, until } from '../../local/demo/demo-events.ts';
import { startTelemetryReceiver } from '../adapters/telemetry/telemetry-receiver.ts';
import { useTwin } from './twin-fixture.ts';

const receiver = await startTelemetryReceiver();
const twin = useTwin({
  settings: {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    OTEL_SERVICE_NAME: 'sluice-twin',
  },
});
afterAll(() => receiver.close());

/** The last export of each series is the sum of all. */
function totalOf(name: string, field: 'value' | 'count' = 'value'): number {
  const latest = new Map(receiver.points(name).map((point) => [JSON.stringify(point.labels), point[field] ?? 0]));
  return [...latest.values()].reduce((sum, value) => sum + value, 0);
}

test('the app as it is deployed sends its figures to a collector', async () => {
  const { connections } = twin().twin;
  const options = { events: 1_000, machines: 20, eventsPerSecond: 2_000, seed: 5, onProgress: () => {} };
  const { readings, broken, twinChanges } = await sendDemoEvents(connections.events, options);
  await until('the figures of all events', () => totalOf('sluice.rows') === 1_000, 30_000);
  expect(totalOf('sluice.documents')).toBe(readings);
  expect(totalOf('sluice.rejects')).toBe(broken);
  expect(totalOf('sluice.skips')).toBe(twinChanges);
  expect(totalOf('sluice.score', 'count')).toBe(readings);
  expect(totalOf('sluice.batch.size', 'count')).toBeGreaterThan(0);
  expect(totalOf('sluice.event.age', 'count')).toBe(totalOf('sluice.batch.size', 'count'));
  expect(totalOf('sluice.sink.duration', 'count')).toBeGreaterThan(0);
  const text = JSON.stringify(receiver.exports.at(-1)?.body);
  expect(text).toContain('{"key":"service.name","value":{"stringValue":"sluice-twin"}}');
});
