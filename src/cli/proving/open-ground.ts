import { readLedger } from '../../adapters/blob-ledger.ts';
import { hubStretches } from '../../adapters/reconcile/hub-stretches.ts';
import { cosmosPlaces, sideTrackPlaces } from '../../adapters/reconcile/stored-places.ts';
import { containers, eventHubs } from '../../core/resources.ts';
import type { ProvingGround } from '../../scoring/proving/proving-ground.ts';
import { reconcile } from '../../scoring/reconcile/reconcile.ts';
import type { OptionValues } from '../command.ts';
import { blobTarget, cosmosTarget, hubReader, hubTarget } from '../targets.ts';
import type { Deeds } from './deeds.ts';
import { StreamGround } from './stream-ground.ts';

/** Where the parts of a system are; the local twin where nothing is said. */
export interface GroundPlaces {
  readonly name: string;
  readonly url: string;
  readonly storage?: string;
  readonly cosmos?: string;
  readonly events?: string;
}

export interface OpenGround extends GroundPlaces {
  readonly deeds: Deeds;
  readonly key: string | undefined;
  readonly model: string;
  readonly rows: readonly object[];
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** A place as the option that says it; nothing leads to the local twin. */
const optionsOf = (connection: string | undefined): OptionValues => (connection === undefined ? {} : { connection });

/** Works on a system that runs, and closes what was opened. */
export async function withGround<T>(open: OpenGround, work: (ground: ProvingGround) => Promise<T>): Promise<T> {
  const { name, url, storage, cosmos, events, deeds, key, model, rows, since } = open;
  const hub = eventHubs.telemetry.name;
  const producer = await hubTarget(optionsOf(events), hub);
  const predictions = await cosmosTarget(optionsOf(cosmos), 'predictions');
  const blobs = await blobTarget(optionsOf(storage));
  const container = (of: keyof typeof containers) => blobs.getContainerClient(containers[of]);
  const stream = new StreamGround({ producer, predictions, url, key, model, rows, since, hub });
  const filter = { hub, since };
  try {
    return await work({
      name,
      call: () => stream.call(),
      send: (count) => stream.send(count),
      scored: () => stream.scored(),
      ...deeds,
      async account() {
        const reader = await hubReader(optionsOf(events), hub, 'connection');
        try {
          return await reconcile({
            since,
            ledger: () => readLedger(container('ledger'), hub, since),
            stream: () => hubStretches(reader, since),
            documents: () => cosmosPlaces(predictions, filter),
            sideTrack: async () => [
              ...(await sideTrackPlaces(container('deadLetters'), 'deadLetter', filter)),
              ...(await sideTrackPlaces(container('parked'), 'parked', filter)),
            ],
          });
        } finally {
          await reader.close().catch(() => {});
        }
      },
    });
  } finally {
    await producer.close().catch(() => {});
  }
}
