import { notFound } from './amqp-fault.ts';
import type { HubOptions } from './broker.ts';
import type { RetentionLimits } from './event-ring.ts';
import { openHubFolder } from './hub-folder.ts';
import { Partition } from './partition.ts';
import { partitionIndexOf } from './partition-key.ts';

/** Where an event goes: to a partition, to that of a key, or, with neither, to the next one in turn. */
export interface Destination {
  readonly partitionId?: string | undefined;
  readonly partitionKey?: string | undefined;
}

/** An event hub: its partitions and who may read them. */
export class Hub {
  readonly name: string;
  readonly createdOn: Date;
  readonly partitions: readonly Partition[];
  readonly #consumerGroups: ReadonlySet<string>;
  #turn = 0;

  /**
   * @param folder in which a folder of the hub's own is made; in memory only when absent
   * @throws {Error} when the folder does not fit the options or cannot be read
   */
  constructor(name: string, options: HubOptions, limits: RetentionLimits, folder: string | undefined) {
    const kept = folder === undefined ? undefined : openHubFolder(folder, name, options.partitions);
    this.name = name;
    this.createdOn = kept?.createdOn ?? new Date();
    this.#consumerGroups = new Set(['$default', ...options.consumerGroups.map((group) => group.toLowerCase())]);
    this.partitions = Array.from({ length: options.partitions }, (_, index) => {
      const id = String(index);
      return new Partition(id, limits, kept?.partitionFolder(id));
    });
  }

  hasConsumerGroup(group: string): boolean {
    return this.#consumerGroups.has(group.toLowerCase());
  }

  /** @throws {AmqpFault} when there is no such partition */
  partition(id: string): Partition {
    const partition = this.partitions.find((candidate) => candidate.id === id);
    if (partition === undefined) throw notFound(`${this.name}/Partitions/${id}`);
    return partition;
  }

  /** @throws {AmqpFault} when there is no such partition */
  partitionFor({ partitionId, partitionKey }: Destination): Partition {
    if (partitionId !== undefined) return this.partition(partitionId);
    if (partitionKey !== undefined) return this.partitions[partitionIndexOf(partitionKey, this.partitions.length)]!;
    this.#turn = (this.#turn + 1) % this.partitions.length;
    return this.partitions[this.#turn]!;
  }

  close(): void {
    for (const partition of this.partitions) partition.close();
  }
}

/** The hubs of a broker by name, in any case of letters. */
export class Hubs {
  readonly #hubs: ReadonlyMap<string, Hub>;

  constructor(hubs: readonly Hub[]) {
    this.#hubs = new Map(hubs.map((hub) => [hub.name.toLowerCase(), hub]));
  }

  /** Events stored since the start. */
  get received(): number {
    let received = 0;
    for (const hub of this.#hubs.values()) {
      for (const partition of hub.partitions) received += partition.received;
    }
    return received;
  }

  /** @throws {AmqpFault} when there is no such hub */
  hub(name: string): Hub {
    const hub = this.#hubs.get(name.toLowerCase());
    if (hub === undefined) throw notFound(name);
    return hub;
  }

  close(): void {
    for (const hub of this.#hubs.values()) hub.close();
  }
}
