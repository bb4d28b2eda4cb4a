import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { MetricLabels, MetricName, Metrics } from '../../scoring/ports.ts';
import type { Instruments } from './open-instruments.ts';
import type { TelemetryOptions } from './telemetry-options.ts';

/** What comes before the library is loaded is kept, up to here. */
const waitingMax = 10_000;
/** The host gives a worker five seconds to end. */
const flushTimeoutMs = 3_000;

/** Figures through OpenTelemetry. The library is large, and loaded when the first figure comes. */
export class OtelMetrics implements Metrics {
  readonly isOn = true;
  readonly #options: TelemetryOptions;
  #waiting: (readonly [MetricName, number, MetricLabels | undefined])[] = [];
  #instruments: Instruments | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: TelemetryOptions) {
    this.#options = options;
  }

  record(metric: MetricName, value: number, labels?: MetricLabels): void {
    if (this.#instruments !== undefined) this.#instruments.record[metric](value, labels);
    else if (this.#waiting.length < waitingMax) this.#waiting.push([metric, value, labels]);
    this.#loading ??= this.#load().catch((error: unknown) => this.#giveUp(error));
  }

  async flush(): Promise<void> {
    await this.#loading;
    await this.#instruments?.flush(flushTimeoutMs).catch(() => {});
  }

  async #load(): Promise<void> {
    const [{ openInstruments }, exporters] = await Promise.all([
      import('./open-instruments.ts'),
      openExporters(this.#options),
    ]);
    const instruments = openInstruments(this.#options, exporters);
    for (const [metric, value, labels] of this.#waiting) instruments.record[metric](value, labels);
    this.#waiting = [];
    this.#instruments = instruments;
  }

  /** Figures are no reason to fail, but somebody waits for them. */
  #giveUp(error: unknown): void {
    this.#waiting = [];
    process.emitWarning(`No figures are sent, OpenTelemetry cannot be loaded: ${error}`, { code: 'SLUICE_TELEMETRY' });
  }
}

async function openExporters({ hasOtlp, applicationInsights }: TelemetryOptions): Promise<PushMetricExporter[]> {
  const exporters: PushMetricExporter[] = [];
  if (hasOtlp) exporters.push((await import('./otlp-exporter.ts')).openOtlpExporter());
  if (applicationInsights !== undefined) {
    const { openApplicationInsights } = await import('./application-insights.ts');
    exporters.push(openApplicationInsights(applicationInsights));
  }
  return exporters;
}
