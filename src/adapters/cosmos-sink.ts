import type { Container, OperationInput } from '@azure/cosmos';
import { limits } from '../core/limits.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import { compareDocuments } from '../scoring/compare-documents.ts';
import type { Sink, SinkResult } from '../scoring/ports.ts';
import { cosmosFailure } from './cosmos-failure.ts';
import { documentRefusal } from './document-refusal.ts';
import { inPool } from './pool.ts';

/** Requests under way at once: enough to fill a connection pool, few enough to be slowed down gently. */
const requestsMax = 32;
/** What the service takes in one transactional batch; of the bytes (2 MiB) a part is left for what goes around them. */
const batchDocumentsMax = 100;
const batchBytesMax = 1_800_000;
/** The client's bulk call sleeps for a second, so it pays from thousands of documents on. */
const bulkDocumentsMin = 2_000;
/** A request that takes longer than this is given up; it is repeated with its batch. */
const requestTimeoutMsDefault = 20_000;

const conflict = 409;
const isSuccess = (status: number | undefined) => status !== undefined && status >= 200 && status < 300;

/** Documents in a Cosmos DB container. The first document with an id wins; an equal one is done already. */
export class CosmosSink implements Sink {
  readonly name = 'cosmos';
  readonly #container: () => Promise<Container>;
  readonly #requestTimeoutMs: number;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<Container>, { requestTimeoutMs = requestTimeoutMsDefault } = {}) {
    this.#container = container;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    if (documents.length === 0) return [];
    const results = new Map<ScoreDocument, SinkResult>();
    const sizes = new Map(documents.map((document) => [document, Buffer.byteLength(JSON.stringify(document))]));
    const fitting: ScoreDocument[] = [];
    for (const [document, bytes] of sizes) {
      const refusal = documentRefusal(document.id, bytes, limits.documentBytesMax);
      if (refusal === undefined) fitting.push(document);
      else results.set(document, refusal);
    }
    try {
      const writer = new DocumentWriter(await this.#container(), this.#requestTimeoutMs);
      const isMany = fitting.length >= bulkDocumentsMin;
      const groups = isMany ? [fitting] : groupsByPartition(fitting, sizes);
      const written = await inPool(groups, requestsMax, (group) =>
        isMany ? writer.writeBulk(group) : writer.writeGroup(group),
      );
      groups.forEach((group, i) => {
        group.forEach((document, j) => {
          results.set(document, (written[i] as readonly SinkResult[])[j] as SinkResult);
        });
      });
    } catch (error) {
      for (const document of fitting) results.set(document, cosmosFailure(error));
    }
    return documents.map((document) => results.get(document) as SinkResult);
  }
}

/** Documents of one logical partition together, at most as many as one transactional batch takes. */
function groupsByPartition(
  documents: readonly ScoreDocument[],
  sizes: ReadonlyMap<ScoreDocument, number>,
): ScoreDocument[][] {
  const open = new Map<string, { documents: ScoreDocument[]; bytes: number }>();
  const groups: ScoreDocument[][] = [];
  for (const document of documents) {
    const bytes = sizes.get(document) as number;
    let group = open.get(document.partition);
    if (group === undefined || group.documents.length === batchDocumentsMax || group.bytes + bytes > batchBytesMax) {
      group = { documents: [], bytes: 0 };
      open.set(document.partition, group);
      groups.push(group.documents);
    }
    group.documents.push(document);
    group.bytes += bytes;
  }
  return groups;
}

const createOf = (document: ScoreDocument) =>
  ({ operationType: 'Create', resourceBody: document as unknown as Record<string, never> }) satisfies OperationInput;

/** What was written need not come back; the client knows this of batches only. */
const minimalAnswer = { contentResponseOnWriteEnabled: false };

/** The three ways in which documents are written; each looks at the status of every document. */
class DocumentWriter {
  readonly #container: Container;
  readonly #requestTimeoutMs: number;

  constructor(container: Container, requestTimeoutMs: number) {
    this.#container = container;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  #inTime() {
    return { abortSignal: AbortSignal.timeout(this.#requestTimeoutMs) };
  }

  /** One transactional batch where there are several: all are created or none. After a conflict each goes alone. */
  async writeGroup(group: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const [first] = group as [ScoreDocument];
    if (group.length > 1) {
      const result = await this.#container.items
        .batch(group.map(createOf), first.partition, { ...this.#inTime(), ...minimalAnswer })
        .catch((error: unknown) => ({ result: undefined, failure: cosmosFailure(error) }));
      if ('failure' in result && result.failure.kind === 'error') return group.map(() => result.failure);
      const operations = result.result ?? [];
      if (operations.length === group.length && operations.every(({ statusCode }) => isSuccess(statusCode))) {
        return group.map(() => ({ kind: 'created' }));
      }
    }
    const results: SinkResult[] = [];
    for (const document of group) results.push(await this.#writeOne(document));
    return results;
  }

  /** Thousands at once. Each operation has a status of its own, whatever the call as a whole says. */
  async writeBulk(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    const operations = documents.map((document) => ({ ...createOf(document), partitionKey: document.partition }));
    const answers = await this.#container.items.executeBulkOperations(operations, minimalAnswer);
    const pairs = documents.map((document, i) => ({ document, answer: answers[i] }));
    return inPool(pairs, requestsMax, async ({ document, answer }) => {
      const status = answer?.response?.statusCode;
      if (isSuccess(status)) return { kind: 'created' };
      return this.#refused(document, answer?.error ?? { code: status });
    });
  }

  async #writeOne(document: ScoreDocument): Promise<SinkResult> {
    try {
      await this.#container.items.create(document, { ...this.#inTime(), disableAutomaticIdGeneration: true });
      return { kind: 'created' };
    } catch (error) {
      return this.#refused(document, error as { code?: unknown });
    }
  }

  /** What was refused may be there from before: of an id that is taken, and of a repetition that a full partition turns away. */
  async #refused(document: ScoreDocument, answer: { readonly code?: unknown }): Promise<SinkResult> {
    if (Number(answer.code) === conflict) return this.#compareWithStored(document);
    const failure = cosmosFailure(answer);
    const isFull = failure.kind === 'fault' && failure.fault.code === 'sink.partition_full';
    return isFull ? this.#compareWithStored(document, failure) : failure;
  }

  /** @param ifAbsent what it means when nothing is stored */
  async #compareWithStored(document: ScoreDocument, ifAbsent?: SinkResult): Promise<SinkResult> {
    try {
      const item = this.#container.item(document.id, document.partition);
      const { resource } = await item.read<ScoreDocument>(this.#inTime());
      return resource === undefined && ifAbsent !== undefined ? ifAbsent : compareDocuments(document, resource);
    } catch (error) {
      return cosmosFailure(error);
    }
  }
}
