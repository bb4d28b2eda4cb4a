import * as z from 'zod';
import type { Fault } from '../fault.ts';
import { checkDocument } from '../schema-faults.ts';
import listPrices from './prices.json' with { type: 'json' };

const price = z.strictObject({ amount: z.number().min(0), per: z.string() });

export const priceNames = [
  'flexGigabyteSecond',
  'flexMillionExecutions',
  'flexReadyIdleGigabyteSecond',
  'eventHubsUnitMonth',
  'eventHubsMillionEvents',
  'iotHubS1UnitMonth',
  'iotHubS2UnitMonth',
  'iotHubS3UnitMonth',
  'cosmosServerlessMillionRu',
  'cosmosAutoscaleHundredRuHour',
  'cosmosGigabyteMonth',
  'storageGigabyteMonth',
  'storageTenThousandWrites',
  'logsGigabyte',
  'f2sV2Hour',
  'd2sV5Hour',
  'aksClusterHour',
] as const;

export type PriceName = (typeof priceNames)[number];

const schema = z.strictObject({
  $schema: z.string().optional(),
  asOf: z.iso.date().describe('When these prices held.'),
  currency: z.string().min(1).max(10),
  about: z.string().optional(),
  hoursAMonth: z.number().min(672).max(744),
  prices: z.strictObject(
    Object.fromEntries(priceNames.map((name) => [name, price])) as Record<PriceName, typeof price>,
  ),
  free: z.strictObject({ flexGigabyteSeconds: z.number().min(0), flexExecutions: z.number().min(0) }),
});

/** Every price that an estimate uses, with the day on which they held. */
export type PriceList = z.infer<typeof schema>;

/** @param root what a file of prices holds, parsed */
export const parsePrices = (root: unknown): PriceList | Fault[] => checkDocument(schema, root, 'manifest.invalid');

/** The list prices that come with Sluice. */
export const usualPrices: PriceList = schema.parse(listPrices);

/** The JSON Schema of the file, for editors. */
export const pricesJsonSchema = () => z.toJSONSchema(schema, { io: 'input' });
