import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { until } from '../../../local/demo/demo-events.ts';
import { OtelMetrics } from '../../../src/adapters/telemetry/otel-metrics.ts';
import { telemetryOptionsOf } from '../../../src/adapters/telemetry/telemetry-options.ts';
import { startTelemetryReceiver, type TelemetryReceiver } from './telemetry-receiver.ts';

let receiver: TelemetryReceiver;
beforeEach(async () => {
  receiver = await startTelemetryReceiver();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver.close();
});

/** Figures as the app would send them with these settings. */
function metricsWith(settings: Record<string, string>): OtelMetrics {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const options = telemetryOptionsOf(settings, '1.2.3');
  if (options === undefined) throw new Error('nothing is configured');
  return new OtelMetrics(options);
}

test('figures arrive at a collector, with their units and labels, those of the first moment too', async () => {
  const metrics = metricsWith({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'milling' });
  metrics.record('rows', 200, { hub: 'telemetry', outcome: 'scored' });
  metrics.record('rows', 56, { hub: 'telemetry', outcome: 'scored' });
  metrics.record('sinkDuration', 0.02, { sink: 'cosmos' });
  metrics.record('parkedRecords', 7);
  metrics.record('scoresBelowZero', 3.5, { model: 'pump', version: 3, output: 'value' });
  metrics.record('scores', 0.25, { model: 'pump', version: 3, output: 'value' });
  await metrics.flush();
  expect(receiver.points('sluice.rows')).toEqual([
    { unit: '{row}', labels: { hub: 'telemetry', outcome: 'scored' }, value: 256 },
  ]);
  expect(receiver.points('sluice.sink.duration')).toEqual([
    { unit: 's', labels: { sink: 'cosmos' }, count: 1, sum: 0.02 },
  ]);
  expect(receiver.points('sluice.parked.records')).toEqual([{ unit: '{record}', labels: {}, value: 7 }]);
  expect(receiver.points('sluice.score')).toMatchObject([
    { labels: { model: 'pump', version: 3 }, count: 1, sum: 0.25 },
  ]);
  expect(receiver.points('sluice.score.below_zero')).toMatchObject([{ count: 1, sum: 3.5 }]);
  const text = JSON.stringify(receiver.exports[0]?.body);
  expect(text).toContain('{"key":"service.name","value":{"stringValue":"milling"}}');
  expect(text).toContain('{"key":"service.version","value":{"stringValue":"1.2.3"}}');
});

test('they are sent by themselves, again and again', async () => {
  const metrics = metricsWith({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRIC_EXPORT_INTERVAL: '200' });
  metrics.record('rows', 1, { hub: 'telemetry', outcome: 'scored' });
  await until('two exports', () => receiver.exports.length >= 2, 10_000);
  await metrics.flush();
});

test('Application Insights is called where it is configured, by TLS alone', async () => {
  const first = Promise.withResolvers<number | undefined>();
  const server = createServer((socket) => {
    socket.once('data', ([byte]) => {
      first.resolve(byte);
      socket.destroy();
    });
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = `InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:${port}/`;
  const metrics = metricsWith({ APPLICATIONINSIGHTS_CONNECTION_STRING: connection });
  metrics.record('rejects', 3, { hub: 'telemetry', code: 'json.malformed' });
  await metrics.flush();
  const handshake = 0x16;
  expect(await first.promise).toBe(handshake);
});

test('a collector that is gone fails nobody, and keeps nobody from ending', async () => {
  const metrics = metricsWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  metrics.record('rows', 1);
  const started = performance.now();
  await metrics.flush();
  expect(performance.now() - started).toBeLessThan(4_500);
});

describe('what is configured', () => {
  test.each([{}, { OTEL_SERVICE_NAME: 'x' }, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }])('nothing: %j', (settings) => {
    expect(telemetryOptionsOf(settings, '1')).toBeUndefined();
  });

  test('an identity for Application Insights', () => {
    const settings = {
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x',
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=abc;Authorization=AAD',
    };
    expect(telemetryOptionsOf(settings, '1')).toMatchObject({
      hasOtlp: false,
      applicationInsights: { connectionString: 'InstrumentationKey=x', identity: { clientId: 'abc' } },
      intervalMs: 60_000,
      serviceName: 'sluice',
    });
    const system = { ...settings, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD' };
    expect(telemetryOptionsOf(system, '1')?.applicationInsights?.identity).toEqual({});
    const key = { ...settings, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'x' };
    expect(telemetryOptionsOf(key, '1')?.applicationInsights?.identity).toBeUndefined();
  });

  test('an interval that is none is left out', () => {
    const at = (interval: string) =>
      telemetryOptionsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_METRIC_EXPORT_INTERVAL: interval }, '1')
        ?.intervalMs;
    expect(['500', 'often', '-1', '0'].map(at)).toEqual([500, 60_000, 60_000, 60_000]);
  });
});
