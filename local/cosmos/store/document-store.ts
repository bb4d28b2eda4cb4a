import { conflict } from '../cosmos-error.ts';
import type { JsonObject } from '../query/value.ts';
import type { ContainerDefinition } from './container-definition.ts';
import { isExpired, makeDocument, type StoredDocument } from './document.ts';
import { type PartitionKey, PartitionKeyReader } from './partition-key.ts';
import type { DocumentJournal } from './persistence.ts';
import { SequenceList } from './sequence-list.ts';
import { UniqueKeys } from './unique-keys.ts';

interface Partition {
  readonly byId: Map<string, StoredDocument>;
  readonly byPosition: SequenceList<StoredDocument>;
}

/** The highest numbers given out so far. */
export interface Counters {
  lsn: number;
  position: number;
}

/**
 * One container's documents, in one physical partition: by key and id, in the order of their creation, and of their
 * last change. Nothing here waits, so that whatever one request does is done before the next one looks.
 */
export class DocumentStore {
  readonly keys: PartitionKeyReader;
  readonly #definition: () => ContainerDefinition;
  readonly #journal: DocumentJournal;
  readonly #counters: Counters;
  readonly #uniqueKeys: UniqueKeys;
  readonly #partitions = new Map<PartitionKey, Partition>();
  readonly #byPosition = new SequenceList<StoredDocument>();
  readonly #byChange = new SequenceList<StoredDocument>();

  /** @param definition the container's, which a request may replace while the store lives */
  constructor(
    definition: () => ContainerDefinition,
    journal: DocumentJournal,
    counters: Counters = { lsn: 0, position: 0 },
  ) {
    this.#definition = definition;
    this.#journal = journal;
    this.#counters = counters;
    this.keys = new PartitionKeyReader(definition().partitionKey.paths);
    this.#uniqueKeys = new UniqueKeys(definition().uniqueKeyPolicy.uniqueKeys.map(({ paths }) => paths));
  }

  get lastLsn(): number {
    return this.#counters.lsn;
  }

  get size(): number {
    return this.#byPosition.size;
  }

  find(partition: PartitionKey, id: string): StoredDocument | undefined {
    const document = this.#partitions.get(partition)?.byId.get(id);
    return document && this.#isAlive(document) ? document : undefined;
  }

  /** Documents by position; those of one key, when it is given. */
  *documents(key: string | undefined, fromPosition = 0): Generator<StoredDocument> {
    const isWhole = key !== undefined && this.keys.isWhole(key);
    const list = isWhole ? this.#partitions.get(this.keys.parse(key))?.byPosition : this.#byPosition;
    const isWanted = key === undefined || isWhole ? () => true : this.keys.matcher(key);
    for (const document of list?.from(fromPosition) ?? []) {
      if (isWanted(document.partition) && this.#isAlive(document)) yield document;
    }
  }

  /** Documents last changed after a sequence number, in the order of these changes. */
  *changesAfter(lsn: number): Generator<StoredDocument> {
    for (const document of this.#byChange.from(lsn + 1)) {
      if (this.#isAlive(document)) yield document;
    }
  }

  /**
   * Writes a document, in place of one with the same key and id if there is one.
   * @throws {CosmosError} when it is too large, or another document holds a value that must be unique
   */
  write(content: JsonObject & { id: string }, partition: PartitionKey, before?: StoredDocument): StoredDocument {
    const position = before?.position ?? this.#counters.position + 1;
    const lsn = this.#counters.lsn + 1;
    const document = makeDocument(content, { container: this.#definition(), partition, position, lsn });
    this.#checkUnique(document);
    this.#counters.lsn = lsn;
    this.#counters.position = Math.max(this.#counters.position, position);
    this.#replace(before, document);
    return document;
  }

  delete(document: StoredDocument): void {
    this.#counters.lsn += 1;
    this.#replace(document, undefined);
  }

  /** Undoes a write or a deletion: what was there before is there again, as it was. */
  undo(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    this.#replace(after, before);
  }

  /**
   * Takes out documents whose lifetime is over, the longest unchanged first, up to the first that lives by the
   * container's default; whatever lives by a time of its own is taken out when it is next met.
   */
  dropExpired(): void {
    const { defaultTtl } = this.#definition();
    if (defaultTtl === undefined) return;
    for (const document of this.#byChange.from(0)) {
      if (this.#isAlive(document) && document.body.ttl === undefined) return;
    }
  }

  /** Takes in the documents that were saved, which come by position. */
  load(documents: readonly StoredDocument[]): void {
    for (const document of documents) this.#addToPartition(document);
    // In this order too each one comes at the end of its list, where it costs least.
    for (const document of documents.toSorted((left, right) => left.lsn - right.lsn)) this.#addToChanges(document);
  }

  #replace(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    if (before) this.#remove(before);
    if (after) this.#add(after);
    const changed = after ?? before;
    if (changed) this.#journal(changed.position, after, this.#counters.lsn);
  }

  #add(document: StoredDocument): void {
    this.#addToPartition(document);
    this.#addToChanges(document);
  }

  #addToChanges(document: StoredDocument): void {
    this.#byChange.set(document.lsn, document);
    this.#uniqueKeys.add(document);
  }

  #addToPartition(document: StoredDocument): void {
    const partition = this.#partitions.get(document.partition) ?? this.#addPartition(document.partition);
    partition.byId.set(document.id, document);
    for (const list of [partition.byPosition, this.#byPosition]) list.set(document.position, document);
  }

  #addPartition(key: PartitionKey): Partition {
    const partition: Partition = { byId: new Map(), byPosition: new SequenceList() };
    this.#partitions.set(key, partition);
    return partition;
  }

  #remove(document: StoredDocument): void {
    const partition = this.#partitions.get(document.partition);
    partition?.byId.delete(document.id);
    for (const list of [partition?.byPosition, this.#byPosition]) list?.delete(document.position);
    if (partition?.byId.size === 0) this.#partitions.delete(document.partition);
    this.#byChange.delete(document.lsn);
    this.#uniqueKeys.delete(document);
  }

  #checkUnique(document: StoredDocument): void {
    const others = this.#uniqueKeys.holders(document).filter((id) => id !== document.id);
    if (others.some((id) => this.find(document.partition, id) !== undefined)) {
      throw conflict('Unique index constraint violation.');
    }
  }

  /** An expired document is taken out when it is next met: nobody can see it any more. */
  #isAlive(document: StoredDocument): boolean {
    if (!isExpired(document, this.#definition().defaultTtl)) return true;
    this.#replace(document, undefined);
    return false;
  }
}
