import type { PriceList, PriceName } from './price-list.ts';
import { type SystemSize, sizeSystem } from './size-system.ts';
import { assumptions, eventRate, scoresAMonth, type Workload } from './workload.ts';

/** One line of an estimate. */
export interface LineItem {
  readonly item: string;
  readonly quantity: number;
  /** Price of one of it, and what that is. */
  readonly price: number;
  readonly per: string;
  /** A month. */
  readonly cost: number;
}

export interface Estimate {
  readonly size: SystemSize;
  readonly lines: readonly LineItem[];
  /** A month. */
  readonly total: number;
}

/** What a system of the right size costs a month, line by line. */
export function estimateOf(workload: Workload, list: PriceList): Estimate {
  const { prices } = list;
  const units = {
    S1: prices.iotHubS1UnitMonth.amount,
    S2: prices.iotHubS2UnitMonth.amount,
    S3: prices.iotHubS3UnitMonth.amount,
  };
  const sized = sizeSystem(workload, units);
  const size = { ...sized, cosmos: cheaperMode(sized.cosmos, list) };
  const lines = [
    ...streamLines(workload, size, list),
    ...appLines(workload, size, list),
    ...dataLines(workload, size, list),
  ];
  const worth = lines.filter(({ quantity }) => quantity > 0);
  return { size, lines: worth, total: worth.reduce((sum, { cost }) => sum + cost, 0) };
}

const lineOf = ({ prices }: PriceList, item: string, price: PriceName, quantity: number): LineItem => {
  const { amount, per } = prices[price];
  return { item, quantity, price: amount, per, cost: quantity * amount };
};

const monthSeconds = ({ hoursAMonth }: PriceList) => hoursAMonth * 3_600;

const serverlessMillions = (ruMean: number, list: PriceList) => (ruMean * monthSeconds(list)) / 1e6;

/** Autoscale is paid for the busiest second of each hour, at least a tenth of its most; the mean hour is taken here. */
const autoscaleHundreds = ({ ruMean, throughputMax }: SystemSize['cosmos'], { hoursAMonth }: PriceList) =>
  (Math.max(ruMean, throughputMax / 10) / 100) * hoursAMonth;

/** Where serverless is enough, the cheaper of the two. */
function cheaperMode(cosmos: SystemSize['cosmos'], list: PriceList): SystemSize['cosmos'] {
  const { cosmosServerlessMillionRu, cosmosAutoscaleHundredRuHour } = list.prices;
  const serverless = serverlessMillions(cosmos.ruMean, list) * cosmosServerlessMillionRu.amount;
  const autoscale = autoscaleHundreds(cosmos, list) * cosmosAutoscaleHundredRuHour.amount;
  return cosmos.mode === 'serverless' && autoscale < serverless ? { ...cosmos, mode: 'autoscale' } : cosmos;
}

function streamLines(workload: Workload, { eventHubs, iotHub }: SystemSize, list: PriceList): LineItem[] {
  const millions = (eventRate(workload) * monthSeconds(list)) / 1e6;
  const hub = iotHub && lineOf(list, `IoT Hub ${iotHub.sku}`, `iotHub${iotHub.sku}UnitMonth`, iotHub.units);
  return [
    ...(hub ? [hub] : []),
    // Auto-inflate grows units and never shrinks them: the peak is paid.
    lineOf(list, 'Event Hubs, throughput units', 'eventHubsUnitMonth', eventHubs.throughputUnits),
    lineOf(list, 'Event Hubs, events', 'eventHubsMillionEvents', millions),
  ];
}

/** Rows of a file come in large batches: this is what they take beside single events. */
const fileRowShare = 0.1;

function appLines(workload: Workload, { app }: SystemSize, list: PriceList): LineItem[] {
  const seconds = monthSeconds(list);
  const days = list.hoursAMonth / 24;
  const gigabytes = app.memoryMegabytes / 1_024;
  const { filesADay, rowsAFile, callsADay, rowsACall, recordMs } = workload;
  // An instance is paid while anything runs in it, a second at least.
  const fileSeconds = filesADay * days * Math.max(1, (rowsAFile * recordMs * fileRowShare) / 1_000);
  const callSeconds = Math.min(
    seconds * Math.max(1, app.instancesMean),
    callsADay * days * Math.max(1, (rowsACall * recordMs) / 1_000),
  );
  const active = (app.instancesMean * seconds + fileSeconds + callSeconds) * gigabytes;
  const executions = executionsAMonth(workload, app, list);
  return [
    lineOf(list, 'Functions, GB-seconds', 'flexGigabyteSecond', Math.max(0, active - list.free.flexGigabyteSeconds)),
    lineOf(
      list,
      'Functions, executions',
      'flexMillionExecutions',
      Math.max(0, executions - list.free.flexExecutions) / 1e6,
    ),
  ];
}

/** One for each batch of events, file and call. */
const executionsAMonth = ({ filesADay, callsADay }: Workload, { batchesASecond }: SystemSize['app'], list: PriceList) =>
  batchesASecond * monthSeconds(list) + ((filesADay + callsADay) * list.hoursAMonth) / 24;

const fileDays = 90;

function dataLines(workload: Workload, { app, cosmos }: SystemSize, list: PriceList): LineItem[] {
  const executions = executionsAMonth(workload, app, list);
  const writes = app.batchesASecond * monthSeconds(list) * app.writesABatch;
  const fileGigabytes =
    (workload.filesADay * fileDays * workload.rowsAFile * (workload.messageBytes + assumptions.scoreBytes)) / 1e9;
  const ru =
    cosmos.mode === 'serverless'
      ? lineOf(list, 'Cosmos DB, serverless', 'cosmosServerlessMillionRu', serverlessMillions(cosmos.ruMean, list))
      : lineOf(
          list,
          `Cosmos DB, autoscale to ${cosmos.throughputMax} RU/s`,
          'cosmosAutoscaleHundredRuHour',
          autoscaleHundreds(cosmos, list),
        );
  return [
    ru,
    lineOf(list, 'Cosmos DB, storage', 'cosmosGigabyteMonth', cosmos.gigabytes),
    lineOf(list, 'Storage, checkpoints and ledger', 'storageTenThousandWrites', writes / 1e4),
    lineOf(list, 'Storage, files and results', 'storageGigabyteMonth', fileGigabytes),
    lineOf(list, 'Logs', 'logsGigabyte', (executions * assumptions.logBytes) / 1e9),
  ];
}

/** How many millions of scores a month this is. */
export const millionsOfScores = (workload: Workload, list: PriceList): number =>
  scoresAMonth(workload, list.hoursAMonth) / 1e6;
