import { streamProfiles } from '../streams/stream-profiles.ts';
import { assumptions, eventRate, secondsADay, type Workload } from './workload.ts';

export type IotHubSku = 'S1' | 'S2' | 'S3';

/** How large each part must be; the parameters of infra/ are these. */
export interface SystemSize {
  readonly eventHubs: {
    /** At the peak. */
    readonly throughputUnits: number;
    readonly partitions: number;
    readonly retentionDays: number;
  };
  readonly iotHub: { readonly sku: IotHubSku; readonly units: number } | undefined;
  readonly app: {
    readonly memoryMegabytes: 512 | 2048 | 4096;
    /** At work on events at the mean rate, and at the peak. */
    readonly instancesMean: number;
    readonly instancesPeak: number;
    /** Events of a batch. */
    readonly batchEvents: number;
    readonly batchesASecond: number;
    /** Blobs that are written for a batch: the ledger, and the checkpoint of each so many. */
    readonly writesABatch: number;
  };
  readonly cosmos: {
    readonly ruMean: number;
    readonly ruPeak: number;
    readonly mode: 'serverless' | 'autoscale';
    /** Of autoscale. */
    readonly throughputMax: number;
    readonly gigabytes: number;
  };
  /** What does not fit into what infra/ makes, a sentence each. */
  readonly notes: readonly string[];
}

/** A throughput unit of Event Hubs Standard takes so much in. */
const unitEvents = 1_000;
const unitBytes = 1_000_000;
const unitsMax = 40;
const partitionsMax = 32;
/** Partitions are fixed for life: there is room for so many times the peak of today. */
const headroom = 2;
/** A serverless container gives at most this much. */
const serverlessRuMax = 5_000;
/** Share of a core that an instance of this memory has. */
const cores = { 512: 0.25, 2048: 1, 4096: 2 } as const;
/** Messages that one unit of an IoT Hub takes a day, and a second; a message is counted by its 4 KB. */
const iotHubs = [
  { sku: 'S1', aDay: 400_000, aSecond: 12, most: 200 },
  { sku: 'S2', aDay: 6_000_000, aSecond: 120, most: 200 },
  { sku: 'S3', aDay: 300_000_000, aSecond: 6_000, most: 10 },
] as const;
const meterBytes = 4_096;

/** Sizes every part for the peak, with nothing to spare but what `assumptions` say. @param iotPrices of a unit a month */
export function sizeSystem(workload: Workload, iotPrices: Readonly<Record<IotHubSku, number>>): SystemSize {
  const notes: string[] = [];
  const mean = eventRate(workload);
  const peak = mean * workload.peak;
  const throughputUnits = Math.max(
    1,
    Math.ceil(Math.max(peak / unitEvents, (peak * workload.messageBytes) / unitBytes)),
  );
  if (throughputUnits > unitsMax)
    notes.push(`${throughputUnits} throughput units are more than ${unitsMax}: take Event Hubs Premium or Dedicated.`);
  const memoryMegabytes = memoryFor(workload, mean);
  const perInstance = (1_000 / workload.recordMs) * cores[memoryMegabytes] * assumptions.utilisation;
  const instances = (rate: number) => (rate === 0 ? 0 : Math.max(1, Math.ceil(rate / perInstance)));
  const instancesPeak = instances(peak);
  const partitions = Math.min(partitionsMax, powerOfTwo(headroom * Math.max(2, throughputUnits, instancesPeak)));
  if (instancesPeak > partitionsMax)
    notes.push(`${instancesPeak} instances at the peak are more than ${partitionsMax} partitions can feed.`);
  const batchEvents = eventsOfABatch(workload, mean / partitions);
  return {
    eventHubs: { throughputUnits: Math.min(throughputUnits, unitsMax), partitions, retentionDays: 7 },
    iotHub: workload.hasIotHub ? iotHubFor(workload, peak, iotPrices, notes) : undefined,
    app: {
      memoryMegabytes,
      instancesMean: instances(mean),
      instancesPeak,
      batchEvents,
      batchesASecond: mean / batchEvents,
      writesABatch: 1 + 1 / streamProfiles[workload.profile].batchCheckpointFrequency,
    },
    cosmos: cosmosFor(workload, mean, peak),
    notes,
  };
}

function memoryFor({ modelMegabytes }: Workload, rate: number): 512 | 2048 | 4096 {
  const wanted = assumptions.baseMegabytes + modelMegabytes * assumptions.modelFactor;
  if (wanted <= 512 && rate < 20) return 512;
  return wanted <= 2_048 ? 2_048 : 4_096;
}

/** Events of a batch that one partition gives. @param rate of the partition, events a second */
function eventsOfABatch({ profile }: Workload, rate: number): number {
  const { minEventBatchSize, maxEventBatchSize, maxWaitTime } = streamProfiles[profile];
  const waited = Math.min(minEventBatchSize, rate * Number(maxWaitTime.slice(-2)));
  return Math.min(maxEventBatchSize, Math.max(1, Math.floor(Math.max(waited, rate * assumptions.batchSeconds))));
}

const powerOfTwo = (atLeast: number): number => 2 ** Math.ceil(Math.log2(atLeast));

/** The kind of units that costs least. */
function iotHubFor(
  { messageBytes, devices, messagesAMinute }: Workload,
  peak: number,
  prices: Readonly<Record<IotHubSku, number>>,
  notes: string[],
): { sku: IotHubSku; units: number } {
  const aDay = devices * messagesAMinute * 1_440 * Math.max(1, Math.ceil(messageBytes / meterBytes));
  const choices = iotHubs
    .map((each) => ({
      sku: each.sku,
      units: Math.max(1, Math.ceil(aDay / each.aDay), Math.ceil(peak / each.aSecond)),
      most: each.most,
    }))
    .toSorted((a, b) => a.units * prices[a.sku] - b.units * prices[b.sku]);
  const chosen = choices.find(({ units, most }) => units <= most);
  if (chosen === undefined) notes.push('One IoT Hub is not enough: share the devices among several.');
  const { sku, units } = chosen ?? { sku: 'S3' as const, units: 10 };
  return { sku, units };
}

function cosmosFor(workload: Workload, mean: number, peak: number): SystemSize['cosmos'] {
  const ru = workload.isPacked ? assumptions.ruPacked : assumptions.ruApart;
  const [ruMean, ruPeak] = [mean * ru, peak * ru];
  const throughputMax = Math.max(1_000, Math.ceil(ruPeak / 1_000) * 1_000);
  const gigabytes = (mean * secondsADay * workload.scoreDays * assumptions.scoreBytes) / 1e9;
  return { ruMean, ruPeak, mode: ruPeak > serverlessRuMax ? 'autoscale' : 'serverless', throughputMax, gigabytes };
}
