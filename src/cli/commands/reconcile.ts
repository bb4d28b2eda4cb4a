import { readLedger } from '../../adapters/blob-ledger.ts';
import { hubStretches } from '../../adapters/reconcile/hub-stretches.ts';
import { blobDocumentPlaces, cosmosPlaces, sideTrackPlaces } from '../../adapters/reconcile/stored-places.ts';
import { containers, eventHubs } from '../../core/resources.ts';
import { type HubAccount, reconcile } from '../../scoring/reconcile/reconcile.ts';
import { type Command, jsonOption, type OptionValues, text } from '../command.ts';
import { printAccount } from '../print-account.ts';
import { blobTarget, connectionOption, cosmosTarget, hubReader, unreachable } from '../targets.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

/** The options that say where the services are: all of them, or none for the local twin. */
const places = ['storage', 'cosmos', 'events'] as const;

export const reconcileCommand: Command = {
  name: 'reconcile',
  summary: 'Shows that each event of a hub has exactly one place; exit 1 when one has none, or several.',
  operands: '',
  options: {
    hub: { type: 'string', value: 'NAME', help: `The event hub (${eventHubs.telemetry.name}).` },
    since: { type: 'string', value: 'TIME', help: 'Only events from this time on (ISO 8601).' },
    sink: { type: 'string', value: 'SINK', help: 'Where the documents of this hub go: cosmos or blob (cosmos).' },
    storage: { ...connectionOption, help: `Blob storage. ${connectionOption.help}` },
    cosmos: { ...connectionOption, help: 'Cosmos DB, likewise.' },
    events: { ...connectionOption, help: 'Event Hubs, likewise.' },
    json: jsonOption,
  },
  examples: [
    'sluice reconcile',
    'sluice reconcile --since 2026-11-21T03:00:00Z --json',
    'sluice reconcile --storage mydata --cosmos mydata --events my-namespace',
  ],
  async run({ operands, options, terminal }) {
    if (operands.length > 0)
      throw new UsageError(`"${operands[0]}" is one word too many. See: sluice reconcile --help`);
    const hub = text(options, 'hub') ?? eventHubs.telemetry.name;
    const account = await accountFor(options, hub, sinceOf(options), sinkOf(options));
    if (options.json === true) terminal.out(JSON.stringify({ hub, ...account }, null, 2));
    else printAccount(terminal, hub, account);
    return account.isSound ? exitCodes.done : exitCodes.no;
  },
};

/** The time as documents have it. */
function sinceOf(options: OptionValues): string | undefined {
  const since = text(options, 'since');
  if (since === undefined) return undefined;
  if (Number.isNaN(Date.parse(since)))
    throw new UsageError(`--since is a time like 2026-11-21T03:00:00Z, not ${since}.`);
  return new Date(since).toISOString();
}

function sinkOf(options: OptionValues): 'cosmos' | 'blob' {
  const sink = text(options, 'sink') ?? 'cosmos';
  if (sink !== 'cosmos' && sink !== 'blob') throw new UsageError(`--sink is cosmos or blob, not ${sink}.`);
  return sink;
}

async function accountFor(
  options: OptionValues,
  hub: string,
  since: string | undefined,
  sink: 'cosmos' | 'blob',
): Promise<HubAccount> {
  const given = places.filter((place) => text(options, place) !== undefined);
  const needed = places.filter((place) => place !== 'cosmos' || sink === 'cosmos');
  const missing = needed.filter((place) => !given.includes(place));
  if (given.length > 0 && missing.length > 0)
    throw new UsageError(`Say --${missing.join(' and --')} as well: nothing of the local twin is mixed in.`);
  const filter = { hub, since };
  const blobs = await blobTarget(options, 'storage');
  const container = (name: keyof typeof containers) => blobs.getContainerClient(containers[name]);
  const reader = await hubReader(options, hub, 'events');
  try {
    return await reconcile({
      since,
      ledger: () => reached('Blob storage', readLedger(container('ledger'), hub, since)),
      stream: () => reached(`Event hub ${hub}`, hubStretches(reader, since)),
      documents: async () =>
        sink === 'blob'
          ? reached('Blob storage', blobDocumentPlaces(container('results'), filter))
          : reached('Cosmos DB', cosmosPlaces(await cosmosTarget(options, 'predictions', 'cosmos'), filter)),
      sideTrack: async () => {
        const deadLetters = reached('Blob storage', sideTrackPlaces(container('deadLetters'), 'deadLetter', filter));
        const parked = reached('Blob storage', sideTrackPlaces(container('parked'), 'parked', filter));
        return (await Promise.all([deadLetters, parked])).flat();
      },
    });
  } finally {
    await reader.close().catch(() => {});
  }
}

async function reached<T>(service: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw unreachable(service, error);
  }
}
