import { BlobRecords } from '../../adapters/blob-records.ts';
import { erasableItems, erasablePackedScores } from '../../adapters/erase/erase-documents.ts';
import { erasableWindows } from '../../adapters/erase/erase-windows.ts';
import { runsIn } from '../../adapters/open-runs.ts';
import { containers } from '../../core/resources.ts';
import { type ErasablePlace, type ErasableService, eraseKey, isClean } from '../../scoring/erase/erase-key.ts';
import { erasableRecords } from '../../scoring/erase/erase-records.ts';
import { runsUnderWay } from '../../scoring/erase/runs-under-way.ts';
import type { SharedRuns } from '../../scoring/files/shared-runs.ts';
import type { StoredRecord } from '../../scoring/ports.ts';
import { type Command, jsonOption, type OptionValues, text, wholeNumber } from '../command.ts';
import { printErased } from '../print-erased.ts';
import { blobTarget, connectionOption, cosmosTarget, unreachable } from '../targets.ts';
import { exitCodes, UnreachableError, UsageError } from '../usage-error.ts';

const scanDefault = 100_000;

/** What no command can reach, and what becomes of it. */
const untouched: Readonly<Record<string, string>> = {
  'uploaded files and their results': 'rewrite or delete the files in which the device occurs (incoming, results)',
  'events in the hub': 'they go after the retention of the hub; until then replay nothing, and move no checkpoint back',
  'scores sent on to other hubs': 'erase them where they are read',
  'logs and the ledger': 'they hold no bodies, values or keys',
  'soft-deleted blobs and backups': 'they go after the days that are set for them (7)',
};

export const erase: Command = {
  name: 'erase',
  summary: 'Deletes what Sluice holds of one device: scores, last scores, dead letters, parked records.',
  operands: '',
  options: {
    key: { type: 'string', short: 'k', value: 'KEY', help: 'The device or other key.' },
    field: {
      type: 'string',
      value: 'NAME',
      help: 'Field of records that names the key, or a JSON pointer; any text that equals it counts when absent.',
    },
    shared: { type: 'boolean', help: 'Also dead letters and parked records of others whose bodies name the key.' },
    scan: { type: 'string', value: 'N', help: `Blobs of a container that are read at most (${scanDefault}).` },
    yes: { type: 'boolean', short: 'y', help: 'Do it, do not only count.' },
    storage: { ...connectionOption, help: `Blob storage. ${connectionOption.help}` },
    cosmos: { ...connectionOption, help: 'Cosmos DB, likewise.' },
    json: jsonOption,
  },
  examples: [
    'sluice erase --key machine-7',
    'sluice erase --key machine-7 --yes',
    'sluice erase --key 4711 --field deviceNumber --storage mydata --cosmos mydata --yes --json',
  ],
  async run({ operands, options, terminal }) {
    if (operands.length > 0) throw new UsageError(`"${operands[0]}" is one word too many. See: sluice erase --help`);
    const key = text(options, 'key');
    if (key === undefined || key === '') throw new UsageError('Say which device: --key KEY. See: sluice erase --help');
    const scanMax = wholeNumber(options, 'scan', scanDefault);
    const isReal = options.yes === true;
    const { places, runs } = await placesFor(options);
    const darkServices = new Set<ErasableService>();
    const reasonOf = (error: unknown, service: ErasableService) => {
      const told = unreachable(service, error);
      const isDark = told instanceof UnreachableError;
      if (isDark) darkServices.add(service);
      return { reason: told.message.split('\n')[0] as string, isDark };
    };
    const report = await eraseKey(places, key, {
      isReal,
      scanMax,
      onProgress: (place, read) => terminal.progress(`${place}: ${read} looked at ...`),
      reasonOf,
    });
    // Looked for last: what has ended by now was gone through, or is found by whoever erases once more.
    const underWay = darkServices.has('Blob storage')
      ? 'Blob storage is out of reach'
      : await runsUnderWay(runs).catch((error: unknown) => reasonOf(error, 'Blob storage').reason);
    terminal.endProgress();
    const all = { ...report, runs: underWay };
    if (options.json === true) terminal.out(JSON.stringify({ key, isReal, ...all, untouched }, null, 2));
    else printErased(terminal, all, { isReal, untouched });
    if (darkServices.size > 0) return exitCodes.unreachable;
    return isClean(report) && underWay.length === 0 ? exitCodes.done : exitCodes.no;
  },
};

/** Parked records and dead letters first: see `eraseKey`. @throws {UsageError} */
async function placesFor(options: OptionValues): Promise<{ places: ErasablePlace[]; runs: SharedRuns }> {
  const given = (['storage', 'cosmos'] as const).filter((place) => text(options, place) !== undefined);
  if (given.length === 1) {
    const missing = given[0] === 'storage' ? 'cosmos' : 'storage';
    throw new UsageError(`Say --${missing} as well: nothing of the local twin is mixed in.`);
  }
  const blobs = await blobTarget(options, 'storage');
  const records = (name: 'deadLetters' | 'parked') =>
    erasableRecords(
      containers[name],
      new BlobRecords<StoredRecord>(async () => blobs.getContainerClient(containers[name])),
      { field: text(options, 'field'), isSharedToo: options.shared === true },
    );
  const predictions = await cosmosTarget(options, 'predictions', 'cosmos');
  const places = [
    records('parked'),
    records('deadLetters'),
    erasableItems('predictions', predictions, 'partition'),
    erasablePackedScores('predictions, packed', predictions),
    erasableItems('latest', await cosmosTarget(options, 'latest', 'cosmos'), 'key'),
    erasableItems('resends', await cosmosTarget(options, 'resends', 'cosmos'), 'key'),
    erasableWindows('results of streams', blobs.getContainerClient(containers.results)),
  ];
  return { places, runs: runsIn(async () => blobs) };
}
