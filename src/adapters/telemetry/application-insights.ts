import { DefaultAzureCredential } from '@azure/identity';
import { AzureMonitorMetricExporter } from '@azure/monitor-opentelemetry-exporter';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';

/** Where figures go in Azure, and as whom. */
export interface ApplicationInsights {
  readonly connectionString: string;
  /** The app's own identity, where no key is taken. */
  readonly identity?: { readonly clientId?: string };
}

export function openApplicationInsights({ connectionString, identity }: ApplicationInsights): PushMetricExporter {
  // The exporter would tell its makers how it is used.
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true';
  const options = { connectionString, disableOfflineStorage: true };
  if (identity === undefined) return new AzureMonitorMetricExporter(options);
  const { clientId: managedIdentityClientId } = identity;
  const credential = new DefaultAzureCredential(
    managedIdentityClientId === undefined ? {} : { managedIdentityClientId },
  );
  return new AzureMonitorMetricExporter({ ...options, credential });
}
