import type { HostCost } from '../core/sizing/compare-hosts.ts';
import type { Estimate } from '../core/sizing/estimate.ts';
import type { PriceList } from '../core/sizing/price-list.ts';
import { assumptions, eventRate, scoresAMonth, type Workload } from '../core/sizing/workload.ts';
import { formatNumber, formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface SizedSystem {
  readonly workload: Workload;
  readonly estimate: Estimate;
  /** Packed where the estimate is not, and the other way round. */
  readonly otherWay: Estimate;
  readonly hosts: readonly HostCost[];
  readonly prices: PriceList;
}

const money = (amount: number): string =>
  amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString('en-US');

/** Prints the size, the estimate line by line, and the comparison. */
export function printSize(terminal: Terminal, sized: SizedSystem): void {
  const { workload, estimate, otherWay, hosts, prices } = sized;
  const { lines, total, size } = estimate;
  terminal.out(
    [
      `${formatNumber(Math.round(eventRate(workload) * 10) / 10)} events/s, ${formatNumber(Math.round(scoresAMonth(workload, prices.hoursAMonth) / 1e5) / 10)} million scores a month`,
      '',
      formatTable(['part', 'size'], partsOf(sized)),
      ...size.notes.map((note) => `! ${note}`),
      '',
      formatTable(
        ['item', 'quantity', 'price', 'per', `${prices.currency} a month`],
        [
          ...lines.map(({ item, quantity, price, per, cost }) => [
            item,
            quantityText(quantity),
            String(price),
            per,
            money(cost),
          ]),
          ['Total', '', '', '', money(total)],
        ],
      ),
      `${workload.isPacked ? 'Not packed' : 'Packed'} it would be ${money(otherWay.total)}.`,
      '',
      formatTable(
        ['the same scores, scoring alone', `${prices.currency} a month`],
        hosts.map(({ way, cost }) => [way, money(cost)]),
      ),
      '',
      `Prices of ${prices.asOf}, give your own with --prices. Assumed, not measured: ${assumptions.ruApart} RU a score, ${assumptions.ruPacked} packed;`,
      `${workload.recordMs} ms a record (--record-ms), ${assumptions.logBytes} bytes of logs an invocation, the ${workload.profile} profile of streams (--profile).`,
    ].join('\n'),
  );
}

const quantityText = (quantity: number): string =>
  quantity >= 100 ? Math.round(quantity).toLocaleString('en-US') : String(Number(quantity.toPrecision(3)));

function partsOf({ workload, estimate: { size }, otherWay }: SizedSystem): string[][] {
  const { eventHubs, iotHub, app, cosmos } = size;
  const [apart, packed] = workload.isPacked ? [otherWay, { size }] : [{ size }, otherWay];
  const ru = ({ size: { cosmos } }: Pick<Estimate, 'size'>) =>
    `${quantityText(cosmos.ruMean)} RU/s (${quantityText(cosmos.ruPeak)} at the peak)`;
  return [
    ...(iotHub ? [['IoT Hub', `${iotHub.units} x ${iotHub.sku}`]] : []),
    [
      'Event Hubs',
      `${eventHubs.throughputUnits} throughput units, ${eventHubs.partitions} partitions, events kept ${eventHubs.retentionDays} days`,
    ],
    [
      'App',
      `${app.memoryMegabytes} MB, ${app.instancesMean} instances (${app.instancesPeak} at the peak), batches of ${app.batchEvents}`,
    ],
    ['Cosmos DB', `${cosmos.mode}, ${quantityText(cosmos.gigabytes)} GB, scores kept ${workload.scoreDays} days`],
    ['  a score an item', ru(apart)],
    ['  packed', ru(packed)],
  ];
}
