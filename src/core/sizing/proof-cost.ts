import type { PriceList } from './price-list.ts';
import { assumptions } from './workload.ts';

/** What a proof costs at most: instances that are busy all the time, its events, their documents and logs. */
export function proofCost(events: number, minutes: number, { prices }: PriceList): number {
  const instances = 4;
  const gigabytes = 2;
  const compute = instances * gigabytes * minutes * 60 * prices.flexGigabyteSecond.amount;
  const millions = events / 1e6;
  const stream = millions * (prices.eventHubsMillionEvents.amount + prices.flexMillionExecutions.amount);
  // Kills and throttling have some written more than once.
  const writes = 3 * millions * assumptions.ruApart * prices.cosmosServerlessMillionRu.amount;
  return compute + stream + writes + (events * assumptions.logBytes * prices.logsGigabyte.amount) / 1e9;
}
