import type { Checkpoint, CheckpointStore, OperationOptions, PartitionOwnership } from '@azure/event-hubs';

/**
 * A checkpoint store that tells when another host has taken a partition over. The client itself learns it only with its
 * next read, and until then it would go on retrying and then move a checkpoint that is no longer its own.
 */
export class OwnershipWatch implements CheckpointStore {
  readonly #store: CheckpointStore;
  readonly #onLost: (partitionId: string) => void;
  readonly #owned = new Set<string>();
  #ownerId = '';

  constructor(store: CheckpointStore, onLost: (partitionId: string) => void) {
    this.#store = store;
    this.#onLost = onLost;
  }

  async listOwnership(hostName: string, hub: string, group: string, options?: OperationOptions) {
    const ownerships = await this.#store.listOwnership(hostName, hub, group, options);
    for (const { partitionId, ownerId } of ownerships) {
      if (ownerId === this.#ownerId || !this.#owned.delete(partitionId)) continue;
      this.#onLost(partitionId);
    }
    return ownerships;
  }

  async claimOwnership(ownerships: PartitionOwnership[], options?: OperationOptions) {
    const claimed = await this.#store.claimOwnership(ownerships, options);
    for (const { partitionId, ownerId } of claimed) {
      // The client gives a partition back by claiming it for nobody.
      if (ownerId === '') continue;
      this.#ownerId = ownerId;
      this.#owned.add(partitionId);
    }
    return claimed;
  }

  updateCheckpoint(checkpoint: Checkpoint, options?: OperationOptions) {
    return this.#store.updateCheckpoint(checkpoint, options);
  }

  listCheckpoints(hostName: string, hub: string, group: string, options?: OperationOptions) {
    return this.#store.listCheckpoints(hostName, hub, group, options);
  }
}
