import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { type MetricDescription, metrics as table } from '../../core/resources.ts';
import type { MetricLabels, MetricName } from '../../scoring/ports.ts';
import type { TelemetryOptions } from './telemetry-options.ts';

type RecordValue = (value: number, labels?: MetricLabels) => void;

/** What figures are recorded with. */
export interface Instruments {
  readonly record: Readonly<Record<MetricName, RecordValue>>;
  flush(timeoutMs: number): Promise<void>;
}

const exportTimeoutMsMax = 10_000;
/** From a millisecond to ten minutes. */
const secondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const countBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096];
/** Scores may lie anywhere: probabilities, temperatures, amounts of money. */
const ofAnySize: readonly MetricDescription[] = [table.scores, table.scoresBelowZero];

/** Makes an instrument for each figure of the table. */
export function openInstruments(options: TelemetryOptions, exporters: readonly PushMetricExporter[]): Instruments {
  const { intervalMs: exportIntervalMillis, serviceName, serviceVersion, instance } = options;
  const exportTimeoutMillis = Math.min(exportIntervalMillis, exportTimeoutMsMax);
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.version': serviceVersion,
      'service.instance.id': instance,
    }),
    readers: exporters.map(
      (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis }),
    ),
    views: ofAnySize.map(({ name: instrumentName }) => ({
      instrumentName,
      aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
    })),
  });
  const entries = Object.entries(table).map(([name, description]) => [name, instrumentOf(provider, description)]);
  return {
    record: Object.fromEntries(entries),
    flush: (timeoutMillis) => provider.forceFlush({ timeoutMillis }),
  };
}

function instrumentOf(provider: MeterProvider, { name, kind, unit, what }: MetricDescription): RecordValue {
  const meter = provider.getMeter('sluice');
  const options = { unit, description: what };
  if (kind === 'counter') {
    const counter = meter.createCounter(name, options);
    return (value, labels) => counter.add(value, labels);
  }
  if (kind === 'gauge') {
    const gauge = meter.createGauge(name, options);
    return (value, labels) => gauge.record(value, labels);
  }
  const explicitBucketBoundaries = unit === 's' ? secondsBounds : countBounds;
  const histogram = meter.createHistogram(name, { ...options, advice: { explicitBucketBoundaries } });
  return (value, labels) => histogram.record(value, labels);
}
