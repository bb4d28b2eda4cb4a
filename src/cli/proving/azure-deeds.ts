import { askAzure } from '../../adapters/releases/ask-azure.ts';
import type { FlexApp } from '../../adapters/releases/flex-app.ts';
import { cosmos } from '../../core/resources.ts';
import type { Deeds } from './deeds.ts';

/** The Cosmos DB account of a deployment, and how Azure's management is asked about it. */
export interface CosmosAddress {
  readonly management: string;
  readonly subscription: string;
  readonly group: string;
  /** The app beside it. */
  readonly app: string;
  readonly account: string;
  readonly token: () => Promise<string>;
  /** When the proof began: ISO 8601, UTC. */
  readonly since: string;
}

const cosmosVersion = '2025-04-15';
const metricsVersion = '2024-02-01';
/** The least that autoscale may have. */
const throttledRu = 1_000;

interface Throughput {
  readonly properties?: { readonly resource?: { readonly autoscaleSettings?: { readonly maxThroughput?: number } } };
}

/** What is done to Azure: the app is restarted; autoscale of the container of scores is put to its least for a while. */
export function azureDeeds(app: FlexApp, address: CosmosAddress): Deeds {
  const { management, subscription, group, account, token, since } = address;
  const [s, g, a] = [subscription, group, account].map(encodeURIComponent);
  const accountPath = `/subscriptions/${s}/resourceGroups/${g}/providers/Microsoft.DocumentDB/databaseAccounts/${a}`;
  const throughput = `${management}${accountPath}/sqlDatabases/${cosmos.database}/containers/${cosmos.containers.predictions.name}/throughputSettings/default?api-version=${cosmosVersion}`;
  let before: number | undefined;
  const setMost = (maxThroughput: number) =>
    askAzure(token, throughput, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ properties: { resource: { autoscaleSettings: { maxThroughput } } } }),
    });
  /** Undefined where it cannot be read: figures are no reason to fail. */
  const metric = async (resource: string, name: string, aggregation: string): Promise<number[] | undefined> => {
    const query = new URLSearchParams({
      'api-version': metricsVersion,
      metricnames: name,
      aggregation,
      interval: 'PT1M',
      timespan: `${since}/${new Date().toISOString()}`,
    });
    try {
      const answer = await askAzure(token, `${management}${resource}/providers/Microsoft.Insights/metrics?${query}`);
      return valuesOf((await answer.json()) as Metrics, aggregation);
    } catch {
      return undefined;
    }
  };
  return {
    async kill() {
      await app.restart();
      return 'The app was restarted.';
    },
    async throttle() {
      try {
        const found = (await (await askAzure(token, throughput)).json()) as Throughput;
        before = found.properties?.resource?.autoscaleSettings?.maxThroughput;
      } catch {
        // A serverless account has no such settings, and this identity may lack the role to change them.
        return undefined;
      }
      if (before === undefined || before <= throttledRu) return undefined;
      await setMost(throttledRu);
      return `The container of scores was put from ${before} to ${throttledRu} RU/s at most.`;
    },
    async release() {
      if (before === undefined) return;
      await setMost(before);
      before = undefined;
    },
    async requestUnits() {
      const values = await metric(accountPath, 'TotalRequestUnits', 'Total');
      return values?.reduce((sum, value) => sum + value, 0);
    },
    async instances() {
      const site = `/subscriptions/${s}/resourceGroups/${g}/providers/Microsoft.Web/sites/${encodeURIComponent(address.app)}`;
      const values = await metric(site, 'InstanceCount', 'Maximum');
      return values === undefined || values.length === 0 ? undefined : Math.max(...values);
    },
  };
}

interface Metrics {
  readonly value?: readonly {
    readonly timeseries?: readonly { readonly data?: readonly Readonly<Record<string, number>>[] }[];
  }[];
}

/** The values of a metric, a minute each. */
const valuesOf = ({ value = [] }: Metrics, aggregation: string): number[] =>
  value
    .flatMap(({ timeseries = [] }) => timeseries)
    .flatMap(({ data = [] }) => data)
    .map((minute) => minute[aggregation.toLowerCase()])
    .filter((each) => each !== undefined);
