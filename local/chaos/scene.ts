import { setTimeout as delay } from 'node:timers/promises';
import { type Container, CosmosClient } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { cosmos, eventHubs } from '../../src/core/resources.ts';
import type { Remote } from '../control/remote-calls.ts';
import type { Kill, KillSignal, TwinControl, Victim } from '../control/twin-control.ts';
import { streamEnds } from '../demo/demo-events.ts';
import { type SeededRandom, seededRandom } from '../devices/seeded-random.ts';
import type { FaultRule } from '../faults/fault-plan.ts';
import type { LogLine } from '../host/log.ts';
import type { ServiceConnections } from '../services/start-services.ts';
import type { ChaosEvent } from './chaos-event.ts';
import { readCheckpoints } from './checkpoints.ts';
import { accountOf, type EventAccount } from './event-account.ts';
import { readPlaces } from './event-places.ts';
import { type HubEvent, readHub } from './hub-reading.ts';
import { type SendOptions, sendAll } from './sender.ts';

/** A twin that runs, in this process or another. */
export interface RunningSystem {
  readonly connections: ServiceConnections;
  readonly control: Remote<TwinControl>;
  /** Where commands find it. */
  readonly folder: string;
  /** Nobody else uses it: all that it holds is the scene's, and what it wrote is here. */
  readonly own?: { readonly log: readonly LogLine[] };
}

const predictions = `${cosmos.database}/${cosmos.containers.predictions.name}`;
const lookEveryMs = 100;

/** Where a disaster takes place: a running system, what was sent to it, and what came of that. */
export class Scene {
  readonly system: RunningSystem;
  readonly control: Remote<TwinControl>;
  readonly seed: number;
  readonly random: SeededRandom;
  /** Everything sent so far. */
  readonly sent: ChaosEvent[] = [];
  /** Every process that was killed. */
  readonly kills: Kill[] = [];
  readonly documents: Container;
  readonly blobs: BlobServiceClient;
  readonly #cosmosClient: CosmosClient;
  readonly #producer: EventHubProducerClient;
  readonly #from: ReadonlyMap<string, number>;
  readonly #documentsBefore: number;

  private constructor(
    system: RunningSystem,
    seed: number,
    { from, documentsBefore }: { from: ReadonlyMap<string, number>; documentsBefore: number },
  ) {
    this.system = system;
    this.control = system.control;
    this.seed = seed;
    this.random = seededRandom(seed, 'scene');
    this.#from = from;
    this.#documentsBefore = documentsBefore;
    this.#cosmosClient = new CosmosClient(system.connections.cosmos);
    this.documents = this.#cosmosClient.database(cosmos.database).container(cosmos.containers.predictions.name);
    this.blobs = BlobServiceClient.fromConnectionString(system.connections.storage);
    // A send into a connection that is just being cut is never answered: the client must not wait a minute for it.
    const retryOptions = { maxRetries: 3, retryDelayInMs: 200, timeoutInMs: 5_000 };
    this.#producer = new EventHubProducerClient(system.connections.events, eventHubs.telemetry.name, { retryOptions });
  }

  /** Begins at what the stream and the database hold now. */
  static async begin(system: RunningSystem, seed: number): Promise<Scene> {
    const { documents } = await system.control.counts();
    const from = await streamEnds(system.connections.events);
    return new Scene(system, seed, { from, documentsBefore: documents[predictions] ?? 0 });
  }

  async end(): Promise<void> {
    this.#cosmosClient.dispose();
    await this.#producer.close();
  }

  /** Sends events; every one counts from when it is handed over, whether or not the hub could say so. */
  async send(events: Iterable<ChaosEvent>, options: SendOptions = {}): Promise<void> {
    await sendAll(this.#producer, events, {
      ...options,
      onSent: (lot) => {
        this.sent.push(...lot);
        options.onSent?.(lot);
      },
    });
  }

  /** Sends events as fast as they become documents, never more than so many ahead. */
  async sendInStep(events: Iterable<ChaosEvent>, aheadMax: number): Promise<void> {
    await this.send(events, { mayGoOn: async () => this.#expectedDocuments() - (await this.scored()) < aheadMax });
  }

  #expectedDocuments(): number {
    return this.sent.reduce((sum, { expected }) => sum + (expected === 'dead-letter' ? 0 : 1), 0);
  }

  /** Documents since the beginning. */
  async scored(): Promise<number> {
    const { documents } = await this.control.counts();
    return (documents[predictions] ?? 0) - this.#documentsBefore;
  }

  async kill(victim: Victim, signal: KillSignal, host = 0): Promise<Kill> {
    const kill = await this.control.kill(victim, signal, host);
    this.kills.push(kill);
    return kill;
  }

  /** From now on the services go wrong by these rules. */
  setFaults(...rules: readonly FaultRule[]): Promise<void> {
    return this.control.setFaults({ seed: this.seed, rules });
  }

  /** Looks again and again whether something has come about. @returns whether it has, within the time */
  async until(isSo: () => Promise<boolean>, timeoutMs: number, everyMs = lookEveryMs): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!(await isSo())) {
      if (performance.now() > deadline) return false;
      await delay(everyMs);
    }
    return true;
  }

  /** Whether every event that should be a document is one, going by their number. */
  async areAllScored(): Promise<boolean> {
    return (await this.scored()) >= this.#expectedDocuments();
  }

  /** Whether nothing is left to come: the checkpoints have passed all that is in the hub, and nothing runs. */
  async isAllPassed(): Promise<boolean> {
    const hosts = await this.control.hosts();
    if (hosts.some(({ running }) => running > 0)) return false;
    const [ends, checkpoints] = await Promise.all([
      streamEnds(this.system.connections.events),
      readCheckpoints(this.system.connections),
    ]);
    return [...ends].every(
      ([partition, end]) => end <= (checkpoints.get(partition) ?? -1) + 1 || end === this.#from.get(partition),
    );
  }

  /** What was sent here by where it stands in the stream, as `partition/sequence`. */
  async sentByPosition(): Promise<Map<string, ChaosEvent>> {
    const byId = new Map(this.sent.map((event) => [event.id, event]));
    const inHub = await this.readHub();
    return new Map(inHub.flatMap(({ position, id }) => (byId.has(id) ? [[position, byId.get(id)!] as const] : [])));
  }

  /** What the hub keeps since the beginning. */
  async readHub(): Promise<HubEvent[]> {
    const { events } = this.system.connections;
    return readHub(events, { from: this.#from, to: await streamEnds(events) });
  }

  /** Where each event is now. */
  async account(): Promise<EventAccount> {
    const { connections } = this.system;
    // What is sent while this looks is not looked for.
    const sent = [...this.sent];
    // Places are read after the checkpoints: an event behind a checkpoint must have its place by then.
    const checkpoints = await readCheckpoints(connections);
    const passed = (position: string) => {
      const [partition, sequence] = position.split('/') as [string, string];
      return Number(sequence) <= (checkpoints.get(partition) ?? -1);
    };
    const inHub = await this.readHub();
    return accountOf({ sent, inHub, places: await readPlaces(connections), passed });
  }
}
