import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';

/** To where the `OTEL_EXPORTER_OTLP_...` variables name, over HTTP in JSON. Its types are those of an older copy of the library. */
export const openOtlpExporter = (): PushMetricExporter => new OTLPMetricExporter() as unknown as PushMetricExporter;
