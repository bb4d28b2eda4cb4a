import { randomUUID } from 'node:crypto';
import { badRequest } from '../cosmos-error.ts';
import type { QueryCache } from '../query/query-cache.ts';
import { keyOf } from '../query/value.ts';
import type { ContainerDefinition, ContainerSettings } from './container-definition.ts';
import { type Counters, DocumentStore } from './document-store.ts';
import type { DocumentJournal } from './persistence.ts';

/** A container: its definition and its documents. */
export class Container {
  readonly documents: DocumentStore;
  readonly queries: QueryCache;
  #definition: ContainerDefinition;

  constructor(definition: ContainerDefinition, queries: QueryCache, journal: DocumentJournal, counters?: Counters) {
    this.#definition = definition;
    this.queries = queries;
    this.documents = new DocumentStore(() => this.#definition, journal, counters);
  }

  get definition(): ContainerDefinition {
    return this.#definition;
  }

  /**
   * Takes new settings; keys are fixed for a container's life.
   * @throws {CosmosError} when they would change
   */
  replaceSettings(settings: ContainerSettings): void {
    const { id, partitionKey, uniqueKeyPolicy } = this.#definition;
    const fixed = [settings.id, settings.partitionKey.paths, settings.uniqueKeyPolicy.uniqueKeys];
    if (keyOf(fixed) !== keyOf([id, partitionKey.paths, uniqueKeyPolicy.uniqueKeys])) {
      throw badRequest("A container's id, partition key and unique keys cannot be changed.");
    }
    const { defaultTtl: _, ...kept } = this.#definition;
    this.#definition = {
      ...kept,
      ...settings,
      _etag: `"${randomUUID()}"`,
      _ts: Math.floor(Date.now() / 1000),
    };
  }
}
