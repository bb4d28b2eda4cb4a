import { usualPrices } from './price-list.ts';
import { assumptions } from './workload.ts';

/** What a run took. */
export interface RunWork {
  /** How long instances were at it, all together, ms. */
  readonly busyMs: number;
  readonly parts: number;
  /** Scores that became documents in Cosmos DB as well. */
  readonly documents: number;
}

/** An estimate in `report.json`, by list prices: nobody's invoice. */
export interface RunCost {
  readonly amount: number;
  readonly currency: string;
  /** The day on which the prices held. */
  readonly pricesOf: string;
}

/** Memory of an instance as `infra/` has it, GB. */
const gigabytes = 2;
/** An instance is paid for a second at least. */
const busyMsMin = 1_000;
/** Blocks, receipt and labels of a part, and what the run writes of itself. */
const writesAPart = 8;
const writesARun = 10;
/** A run of a few rows costs a few millionths. */
const digits = 6;

/** What a run cost about: the time of its instances, its calls of storage, and its documents. Queues and logs are not in it. */
export function runCost({ busyMs, parts, documents }: RunWork): RunCost {
  const { prices, currency, asOf } = usualPrices;
  const compute = (gigabytes * Math.max(busyMs, busyMsMin) * prices.flexGigabyteSecond.amount) / 1_000;
  const executions = ((parts + 1) * prices.flexMillionExecutions.amount) / 1e6;
  const writes = ((parts * writesAPart + writesARun) * prices.storageTenThousandWrites.amount) / 1e4;
  const units = (documents * assumptions.ruApart * prices.cosmosServerlessMillionRu.amount) / 1e6;
  return { amount: Number((compute + executions + writes + units).toFixed(digits)), currency, pricesOf: asOf };
}
