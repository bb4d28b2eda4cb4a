import { readFileSync, writeFileSync } from 'node:fs';
import { bicepParameters } from '../../core/sizing/bicep-parameters.ts';
import { compareHosts } from '../../core/sizing/compare-hosts.ts';
import { type Estimate, estimateOf } from '../../core/sizing/estimate.ts';
import { type PriceList, parsePrices, usualPrices } from '../../core/sizing/price-list.ts';
import { assumptions, usualWorkload, type Workload } from '../../core/sizing/workload.ts';
import { isStreamProfile, type StreamProfile, streamProfiles } from '../../core/streams/stream-profiles.ts';
import { type Command, jsonOption, type OptionSpec, type OptionValues, text } from '../command.ts';
import { printSize } from '../print-size.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

/** Options that are numbers, with what they set. */
const numbers = {
  devices: ['devices', 'Devices that send.'],
  messages: ['messagesAMinute', 'Messages of each a minute.'],
  bytes: ['messageBytes', 'Bytes of a message.'],
  files: ['filesADay', 'Files a day.'],
  'file-rows': ['rowsAFile', 'Rows of a file.'],
  calls: ['callsADay', 'Calls over HTTP a day.'],
  'call-rows': ['rowsACall', 'Rows of a call.'],
  peak: ['peak', 'How many times the mean the busiest minutes are.'],
  'record-ms': ['recordMs', 'What one record takes on one core, ms.'],
  'model-mb': ['modelMegabytes', 'Size of the model, MB.'],
  days: ['scoreDays', 'Days that scores are kept.'],
} as const satisfies Record<string, readonly [keyof Workload, string]>;

const numberOptions = Object.fromEntries(
  Object.entries(numbers).map(([name, [field, help]]) => [
    name,
    { type: 'string', value: 'N', help: `${help} (${usualWorkload[field]})` },
  ]),
) as Record<keyof typeof numbers, OptionSpec>;

export const size: Command = {
  name: 'size',
  summary: 'Sizes a system for what it has to do, and estimates what it costs a month, line by line.',
  operands: '',
  options: {
    ...numberOptions,
    profile: { type: 'string', value: 'NAME', help: 'How streams are read: economy or latency (economy).' },
    packed: {
      type: 'boolean',
      help: 'About a hundred scores in one item of Cosmos DB ("packed": true in routes.json).',
    },
    'iot-hub': { type: 'boolean', help: 'Devices come through an IoT Hub.' },
    prices: { type: 'string', value: 'FILE', help: 'Prices of your own, as src/core/sizing/prices.json has them.' },
    write: {
      type: 'string',
      value: 'FILE',
      help: 'Writes the parameters of infra/, for example infra/mine.bicepparam.',
    },
    environment: { type: 'string', value: 'NAME', help: 'Name of the environment in that file (prod).' },
    location: { type: 'string', value: 'REGION', help: 'Its region (westeurope).' },
    json: jsonOption,
  },
  examples: [
    'sluice size --devices 50000',
    'sluice size --devices 50000 --packed --iot-hub --write infra/mine.bicepparam',
  ],
  async run({ operands, options, terminal }) {
    if (operands.length > 0) throw new UsageError(`"${operands[0]}" is one word too many. See: sluice size --help`);
    const workload = workloadOf(options);
    const prices = pricesOf(options);
    const estimate = estimateOf(workload, prices);
    const otherWay = estimateOf({ ...workload, isPacked: !workload.isPacked }, prices);
    const hosts = compareHosts(workload, estimate, prices);
    if (options.json === true)
      terminal.out(JSON.stringify({ workload, ...estimate, hosts, asOf: prices.asOf, assumptions }, null, 2));
    else printSize(terminal, { workload, estimate, otherWay, hosts, prices });
    writeParameters(options, workload, estimate, terminal.note);
    return exitCodes.done;
  },
};

/** @throws {UsageError} */
function workloadOf(options: OptionValues): Workload {
  const given = Object.entries(numbers).flatMap(([name, [field]]) => {
    const value = text(options, name);
    return value === undefined ? [] : [[field, positiveNumber(name, value)]];
  });
  const workload: Workload = {
    ...usualWorkload,
    ...Object.fromEntries(given),
    profile: profileOf(options),
    isPacked: options.packed === true,
    hasIotHub: options['iot-hub'] === true,
  };
  if (workload.devices + workload.filesADay + workload.callsADay === 0)
    throw new UsageError('Say what there is to do: --devices, --files or --calls. See: sluice size --help');
  return workload;
}

function profileOf(options: OptionValues): StreamProfile {
  const profile = text(options, 'profile') ?? usualWorkload.profile;
  if (isStreamProfile(profile)) return profile;
  throw new UsageError(`--profile is ${Object.keys(streamProfiles).join(' or ')}, not ${profile}.`);
}

const numberMax = 1e9;

function positiveNumber(name: string, value: string): number {
  const number = Number(value);
  if (/^\d+(\.\d+)?$/.test(value) && number > 0 && number <= numberMax) return number;
  throw new UsageError(`--${name} is a number above 0 and at most ${numberMax}, not ${value}.`);
}

function pricesOf(options: OptionValues): PriceList {
  const file = text(options, 'prices');
  if (file === undefined) return usualPrices;
  let root: unknown;
  try {
    root = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const prices = parsePrices(root);
  if (!Array.isArray(prices)) return prices;
  const lines = prices.map(({ path, expected, got }) => `  ${path || '/'}: expected ${expected}, got ${got}`);
  throw new UsageError(`${file} is no list of prices:\n${lines.join('\n')}`);
}

function writeParameters(options: OptionValues, workload: Workload, { size }: Estimate, note: (text: string) => void) {
  const file = text(options, 'write');
  if (file === undefined) return;
  const environment = text(options, 'environment') ?? 'prod';
  const location = text(options, 'location') ?? 'westeurope';
  for (const [name, value] of Object.entries({ environment, location }))
    if (!/^[a-z0-9-]{2,30}$/i.test(value))
      throw new UsageError(`--${name} has letters, digits and hyphens, not ${value}.`);
  writeFileSync(file, bicepParameters(workload, size, environment, location));
  note(`${file} is written.`);
}
