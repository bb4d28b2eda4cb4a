import type { Estimate } from './estimate.ts';
import type { PriceList } from './price-list.ts';
import { assumptions, eventRate, scoresAMonth, type Workload } from './workload.ts';

/** What a month costs with one way to run the model, or what stands beside it whichever way that is. */
export interface HostCost {
  readonly way: string;
  readonly cost: number;
}

/** Cores of the machines that are compared. */
const vmCores = 2;

/** Memory of the smallest instance. */
const smallestMegabytes = 512;

/** The scoring alone, on Functions and on hosts that always run; then what is paid beside any of them. */
export function compareHosts(workload: Workload, { lines, size }: Estimate, list: PriceList): HostCost[] {
  const { prices, hoursAMonth, free } = list;
  const scores = scoresAMonth(workload, hoursAMonth);
  const flex = (gigabyteSeconds: number, executions: number) =>
    Math.max(0, gigabyteSeconds - free.flexGigabyteSeconds) * prices.flexGigabyteSecond.amount +
    (Math.max(0, executions - free.flexExecutions) / 1e6) * prices.flexMillionExecutions.amount;
  const gigabytes = size.app.memoryMegabytes / 1_024;
  const ours = lines.filter(({ item }) => item.startsWith('Functions')).reduce((sum, { cost }) => sum + cost, 0);
  // One spare, so that a machine may fail.
  const machines = Math.max(
    2,
    Math.ceil((eventRate(workload) * workload.peak * workload.recordMs) / 1_000 / assumptions.utilisation / vmCores),
  );
  const millions = scores / 1e6;
  return [
    { way: 'Functions, as sized above', cost: ours },
    {
      way: `Functions, ${size.app.memoryMegabytes} MB, a call for each score, none at the same time (worst case)`,
      cost: flex(scores * gigabytes, scores),
    },
    ...(size.app.memoryMegabytes === smallestMegabytes
      ? []
      : [
          {
            way: `Functions, ${smallestMegabytes} MB, the same (if it holds the model)`,
            cost: flex((scores * smallestMegabytes) / 1_024, scores),
          },
        ]),
    { way: 'Functions, 2,048 MB, 100 rows a call', cost: flex((scores / 100) * 2, scores / 100) },
    {
      way: `Functions, one instance of ${size.app.memoryMegabytes} MB kept ready, add`,
      cost: gigabytes * hoursAMonth * 3_600 * prices.flexReadyIdleGigabyteSecond.amount,
    },
    { way: `Azure ML managed endpoint, ${machines} x F2s_v2`, cost: machines * prices.f2sV2Hour.amount * hoursAMonth },
    {
      way: `AKS Standard, ${machines} x D2s_v5, before disks and balancer`,
      cost: (prices.aksClusterHour.amount + machines * prices.d2sV5Hour.amount) * hoursAMonth,
    },
    {
      way: 'Beside any: a document for each score, serverless',
      cost: millions * assumptions.ruApart * prices.cosmosServerlessMillionRu.amount,
    },
    {
      way: 'Beside any: the same, packed',
      cost: millions * assumptions.ruPacked * prices.cosmosServerlessMillionRu.amount,
    },
    { way: 'Beside any: 1 KB of telemetry for each score', cost: millions * prices.logsGigabyte.amount },
  ];
}
