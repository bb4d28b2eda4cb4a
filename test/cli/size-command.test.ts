import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usualPrices } from '../../src/core/sizing/price-list.ts';
import { runInProcess } from './run-in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-size-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('sluice size with prices of your own counts with them, and writes parameters', async () => {
  const prices = join(folder, 'prices.json');
  const ours = { ...usualPrices.prices, eventHubsUnitMonth: { amount: 1_000, per: 'unit' } };
  await writeFile(prices, JSON.stringify({ ...usualPrices, asOf: '2027-01-01', currency: 'EUR', prices: ours }));
  const file = join(folder, 'mine.bicepparam');
  const args = ['size', '--devices', '50000', '--prices', prices, '--write', file, '--environment', 'mine', '--json'];
  const { code, out } = await runInProcess(args, { twinFolder: folder });
  expect(code).toBe(0);
  const sized = JSON.parse(out);
  expect(sized).toMatchObject({ asOf: '2027-01-01', size: { eventHubs: { throughputUnits: 2 } } });
  expect(sized.lines).toContainEqual(expect.objectContaining({ item: 'Event Hubs, throughput units', cost: 2_000 }));
  expect(await readFile(file, 'utf8')).toMatch(/^using 'main.bicep'\n\nparam environmentName = 'mine'\n/);
});

test.each([
  [[], /Say what there is to do: --devices, --files or --calls/],
  [['--devices', '-3'], /--devices/],
  [['--devices', 'many'], /--devices is a number above 0 and at most 1000000000, not many/],
  [['--devices', '5', '--profile', 'slow'], /--profile is economy or latency, not slow/],
  [['--devices', '5', '--prices', 'package.json'], /package\.json (is no list of prices|cannot be read)/],
])('sluice size %j is told what is wrong, with exit code 2', async (args, message) => {
  const { code, err } = await runInProcess(['size', ...args], { twinFolder: '/nowhere' });
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
