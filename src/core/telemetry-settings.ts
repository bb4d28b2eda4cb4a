/** App settings of OpenTelemetry; all may be absent. Figures are sent only when one of the first three is there. */
export const telemetrySettings = {
  otlpEndpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  otlpMetricsEndpoint: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  applicationInsights: 'APPLICATIONINSIGHTS_CONNECTION_STRING',
  /** `ClientId=...;Authorization=AAD`: Application Insights takes the identity of the app, not a key. */
  applicationInsightsIdentity: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  serviceName: 'OTEL_SERVICE_NAME',
  /** Milliseconds between two exports. */
  interval: 'OTEL_METRIC_EXPORT_INTERVAL',
} as const;
