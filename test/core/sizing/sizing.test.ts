import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bicepParameters } from '../../../src/core/sizing/bicep-parameters.ts';
import { compareHosts } from '../../../src/core/sizing/compare-hosts.ts';
import { estimateOf } from '../../../src/core/sizing/estimate.ts';
import {
  type PriceList,
  parsePrices,
  priceNames,
  pricesJsonSchema,
  usualPrices,
} from '../../../src/core/sizing/price-list.ts';
import { usualWorkload, type Workload } from '../../../src/core/sizing/workload.ts';
import { project } from '../../docs/markdown.ts';

const sized = (workload: Partial<Workload>) => estimateOf({ ...usualWorkload, ...workload }, usualPrices);
const costOf = (estimate: ReturnType<typeof sized>, item: string) =>
  estimate.lines.filter((line) => line.item.startsWith(item)).reduce((sum, { cost }) => sum + cost, 0);

describe('the reference case, 50,000 devices once a minute', () => {
  const estimate = sized({ devices: 50_000 });

  test('needs what 833 events a second need', () => {
    // 1,667 a second at the peak: two units of 1,000; 1,400 a second and core at 0.5 ms and 70 %: two instances.
    expect(estimate.size.eventHubs).toEqual({ throughputUnits: 2, partitions: 4, retentionDays: 7 });
    expect(estimate.size.app).toMatchObject({ memoryMegabytes: 2048, instancesMean: 1, instancesPeak: 2 });
    expect(estimate.size.cosmos).toMatchObject({ mode: 'autoscale', throughputMax: 12_000 });
  });

  test('costs what its lines say', () => {
    // 730 hours x 3,600 s x 2 GB, less the free grant, at 0.000026.
    expect(costOf(estimate, 'Functions, GB-seconds')).toBeCloseTo((730 * 3_600 * 2 - 100_000) * 0.000026, 6);
    expect(costOf(estimate, 'Event Hubs, events')).toBeCloseTo(2_190 * 0.028, 6);
    // 5,833 RU/s in the mean hour.
    expect(costOf(estimate, 'Cosmos DB, autoscale')).toBeCloseTo((((50_000 / 60) * 7) / 100) * 730 * 0.012, 6);
    expect(estimate.total).toBeCloseTo(
      estimate.lines.reduce((sum, { cost }) => sum + cost, 0),
      9,
    );
    for (const { quantity, price, cost } of estimate.lines) expect(cost).toBeCloseTo(quantity * price, 9);
  });

  test('is cheaper packed, and dearer with batches that wait for nothing', () => {
    expect(sized({ devices: 50_000, isPacked: true }).total).toBeLessThan(estimate.total);
    expect(estimate.size.app.batchEvents).toBe(128);
    const eager = sized({ devices: 50_000, profile: 'latency' });
    expect(eager.size.app.batchEvents).toBe(10);
    expect(costOf(eager, 'Storage, checkpoints')).toBeGreaterThan(10 * costOf(estimate, 'Storage, checkpoints'));
  });
});

describe('an IoT Hub', () => {
  test.each([
    [100, 'S1', 1],
    [50_000, 'S3', 1],
    [2_000, 'S1', 8],
  ])('for %d devices is of the units that cost least', (devices, sku, units) => {
    expect(sized({ devices, hasIotHub: true }).size.iotHub).toEqual({ sku, units });
  });

  test('counts a message by its 4 KB', () => {
    const of = (messageBytes: number) => sized({ devices: 1_000, hasIotHub: true, messageBytes }).size.iotHub!.units;
    expect(of(4_096)).toBe(of(100));
    expect(of(4_097)).toBe(2 * of(4_096));
  });
});

test('what is too large for the kinds of infra/ is said', () => {
  expect(sized({ devices: 5_000_000 }).size.notes.join()).toMatch(/more than 40: take Event Hubs Premium/);
  expect(sized({ devices: 50_000 }).size.notes).toEqual([]);
});

test('more to do never costs less, and every size is one that infra/ takes', () => {
  const devices = fc.integer({ min: 1, max: 400_000 });
  fc.assert(
    fc.property(devices, devices, fc.boolean(), (a, b, isPacked) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((devices) => sized({ devices, isPacked }));
      // A larger instance costs more and is busy for longer, so the size may change in between; the total never falls by more.
      expect(more!.total).toBeGreaterThanOrEqual(less!.total * 0.9);
      const { eventHubs, app } = more!.size;
      expect([eventHubs.partitions <= 32, eventHubs.throughputUnits <= 40, app.batchEvents <= 512]).not.toContain(
        false,
      );
    }),
    { numRuns: 200 },
  );
});

test('the comparison is that of one million and one hundred million lone calls', () => {
  const costs = (callsADay: number) => {
    const workload = { ...usualWorkload, callsADay, modelMegabytes: 100 };
    return compareHosts(workload, estimateOf(workload, usualPrices), usualPrices);
  };
  const worst = (millions: number) =>
    costs((millions * 1e6 * 24) / 730).find(({ way }) => way.includes('worst case'))!.cost;
  expect([Math.round(worst(1)), Math.round(worst(100) / 10) * 10]).toEqual([50, 5_240]);
  const byWay = Object.fromEntries(costs(1_000).map(({ way, cost }) => [way, Math.round(cost)]));
  expect(byWay['Azure ML managed endpoint, 2 x F2s_v2']).toBe(124);
  expect(byWay['AKS Standard, 2 x D2s_v5, before disks and balancer']).toBe(213);
});

describe('the file of prices', () => {
  test('is dated, whole, and what the published schema says', () => {
    expect(usualPrices.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(Object.keys(usualPrices.prices).toSorted()).toEqual([...priceNames].toSorted());
    const published = JSON.parse(readFileSync(join(project, 'schemas/prices.schema.json'), 'utf8'));
    expect(published).toEqual(pricesJsonSchema());
  });

  test('can be replaced: every price of it moves some line or comparison', () => {
    const everything: Workload = { ...usualWorkload, devices: 50_000, filesADay: 10, callsADay: 1e6 };
    const prices = (list: PriceList) =>
      [30, 2_000, 20_000, 50_000].flatMap((devices) =>
        [true, false].flatMap((hasIotHub) => {
          const workload = { ...everything, devices, hasIotHub };
          const estimate = estimateOf(workload, list);
          return [...estimate.lines, ...compareHosts(workload, estimate, list)].map(({ cost }) => cost);
        }),
      );
    const before = prices(usualPrices);
    const idle = priceNames.filter((name) => {
      const changed = {
        ...usualPrices.prices,
        [name]: { ...usualPrices.prices[name], amount: usualPrices.prices[name].amount * 0.99 },
      };
      return JSON.stringify(prices({ ...usualPrices, prices: changed })) === JSON.stringify(before);
    });
    expect(idle).toEqual([]);
  });

  test('is refused when a price is missing, unknown or below nothing', () => {
    const { flexGigabyteSecond: _, ...rest } = usualPrices.prices;
    expect(parsePrices({ ...usualPrices, prices: rest })).toMatchObject([{ path: '/prices/flexGigabyteSecond' }]);
    expect(
      parsePrices({ ...usualPrices, prices: { ...usualPrices.prices, gold: { amount: 1, per: 'oz' } } }),
    ).toHaveLength(1);
    const negative = { ...usualPrices.prices, logsGigabyte: { amount: -1, per: 'GB' } };
    expect(parsePrices({ ...usualPrices, prices: negative })).toMatchObject([{ path: '/prices/logsGigabyte/amount' }]);
  });
});

test('the parameters that are written are parameters of infra/main.bicep', () => {
  const workload = { ...usualWorkload, devices: 50_000, hasIotHub: true };
  const written = bicepParameters(workload, estimateOf(workload, usualPrices).size, 'prod', 'westeurope');
  const bicep = readFileSync(join(project, 'infra/main.bicep'), 'utf8');
  const names = [...written.matchAll(/^param (\w+) = /gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(12);
  expect(names.filter((name) => !new RegExp(`^param ${name} `, 'm').test(bicep))).toEqual([]);
});
