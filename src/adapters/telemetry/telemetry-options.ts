import { telemetrySettings } from '../../core/telemetry-settings.ts';
import type { ApplicationInsights } from './application-insights.ts';

/** Where figures go, and who sends them. */
export interface TelemetryOptions {
  /** A collector that takes OTLP. */
  readonly hasOtlp: boolean;
  readonly applicationInsights?: ApplicationInsights;
  readonly intervalMs: number;
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly instance: string;
}

const intervalMsDefault = 60_000;
const intervalMsMin = 100;

/**
 * Where figures go, by the variables that OpenTelemetry and Application Insights have for it.
 * @returns undefined when none of them is there: then nothing is measured
 */
export function telemetryOptionsOf(
  environment: Readonly<Record<string, string | undefined>>,
  serviceVersion: string,
): TelemetryOptions | undefined {
  const { otlpEndpoint, otlpMetricsEndpoint, applicationInsights, applicationInsightsIdentity } = telemetrySettings;
  const hasOtlp = Boolean(environment[otlpEndpoint] || environment[otlpMetricsEndpoint]);
  const connectionString = environment[applicationInsights];
  if (!hasOtlp && !connectionString) return undefined;
  const identity = identityOf(environment[applicationInsightsIdentity]);
  const interval = Number(environment[telemetrySettings.interval] || Number.NaN);
  return {
    hasOtlp,
    ...(connectionString && { applicationInsights: { connectionString, ...(identity && { identity }) } }),
    intervalMs: interval >= intervalMsMin ? interval : intervalMsDefault,
    serviceName: environment[telemetrySettings.serviceName] || environment.WEBSITE_SITE_NAME || 'sluice',
    serviceVersion,
    instance: environment.WEBSITE_INSTANCE_ID || `process ${process.pid}`,
  };
}

/** The identity in `ClientId=...;Authorization=AAD`; undefined when it asks for none. */
function identityOf(text = ''): { readonly clientId?: string } | undefined {
  const parts = new Map(
    text.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
  if (parts.get('authorization')?.toUpperCase() !== 'AAD') return undefined;
  const clientId = parts.get('clientid');
  return clientId ? { clientId } : {};
}
