import type { Container, OperationInput } from '@azure/cosmos';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import { compareDocuments } from '../scoring/compare-documents.ts';
import type { Sink, SinkResult } from '../scoring/ports.ts';
import { cosmosFailure } from './cosmos-failure.ts';
import { inPool } from './pool.ts';

/** Requests under way at once: enough to fill a connection pool, few enough to be slowed down gently. */
const requestsMax = 32;
/** What the service takes in one transactional batch. */
const batchDocumentsMax = 100;
/** The client's bulk call sleeps for a second, so it pays from thousands of documents on. */
const bulkDocumentsMin = 2_000;
/** A write that takes longer than this is given up; it is repeated with its batch. */
const requestTimeoutMs = 20_000;

const conflict = 409;
const isSuccess = (status: number | undefined) => status !== undefined && status >= 200 && status < 300;

/** Documents in a Cosmos DB container. The first document with an id wins; an equal one is done already. */
export class CosmosSink implements Sink {
  readonly name = 'cosmos';
  readonly #container: () => Promise<Container>;

  /** @param container opens the container when it is first needed */
  constructor(container: () => Promise<Container>) {
    this.#container = container;
  }

  async write(documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
    if (documents.length === 0) return [];
    const results = new Map<ScoreDocument, SinkResult>();
    try {
      const container = await this.#container();
      const groups = documents.length >= bulkDocumentsMin ? [documents] : groupsByPartition(documents);
      const write = documents.length >= bulkDocumentsMin ? writeBulk : writeGroup;
      const written = await inPool(groups, requestsMax, (group) => write(container, group));
      groups.forEach((group, i) => {
        group.forEach((document, j) => {
          results.set(document, (written[i] as readonly SinkResult[])[j] as SinkResult);
        });
      });
    } catch (error) {
      const failure = cosmosFailure(error);
      return documents.map(() => failure);
    }
    return documents.map((document) => results.get(document) as SinkResult);
  }
}

/** Documents of one logical partition together, at most as many as one transactional batch takes. */
function groupsByPartition(documents: readonly ScoreDocument[]): ScoreDocument[][] {
  const open = new Map<string, ScoreDocument[]>();
  const groups: ScoreDocument[][] = [];
  for (const document of documents) {
    let group = open.get(document.partition);
    if (group === undefined || group.length === batchDocumentsMax) {
      group = [];
      open.set(document.partition, group);
      groups.push(group);
    }
    group.push(document);
  }
  return groups;
}

const createOf = (document: ScoreDocument) =>
  ({ operationType: 'Create', resourceBody: document as unknown as Record<string, never> }) satisfies OperationInput;

const requestOptions = () => ({
  contentResponseOnWriteEnabled: false,
  disableAutomaticIdGeneration: true,
  abortSignal: AbortSignal.timeout(requestTimeoutMs),
});

/** One transactional batch where there are several: all are created or none. After a conflict each goes alone. */
async function writeGroup(container: Container, group: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
  const [first] = group as [ScoreDocument];
  if (group.length > 1) {
    const result = await container.items
      .batch(group.map(createOf), first.partition, requestOptions())
      .catch((error: unknown) => ({ code: undefined, result: undefined, error }));
    if ('error' in result && cosmosFailure(result.error).kind === 'error')
      return group.map(() => cosmosFailure(result.error));
    const operations = result.result ?? [];
    if (operations.length === group.length && operations.every(({ statusCode }) => isSuccess(statusCode))) {
      return group.map(() => ({ kind: 'created' }));
    }
  }
  const results: SinkResult[] = [];
  for (const document of group) results.push(await writeOne(container, document));
  return results;
}

async function writeOne(container: Container, document: ScoreDocument): Promise<SinkResult> {
  try {
    await container.items.create(document, requestOptions());
    return { kind: 'created' };
  } catch (error) {
    if ((error as { code?: unknown }).code !== conflict) return cosmosFailure(error);
    return compareWithStored(container, document);
  }
}

/** Thousands at once. Each operation has a status of its own, whatever the call as a whole says. */
async function writeBulk(container: Container, documents: readonly ScoreDocument[]): Promise<readonly SinkResult[]> {
  const operations = documents.map((document) => ({ ...createOf(document), partitionKey: document.partition }));
  const results = await container.items.executeBulkOperations(operations);
  return inPool(
    documents.map((document, i) => ({ document, result: results[i] })),
    requestsMax,
    async ({ document, result }) => {
      if (isSuccess(result?.response?.statusCode)) return { kind: 'created' };
      const failure = result?.error ?? { code: result?.response?.statusCode };
      if (failure.code === conflict || Number(failure.code) === conflict) return compareWithStored(container, document);
      return cosmosFailure(failure);
    },
  );
}

async function compareWithStored(container: Container, document: ScoreDocument): Promise<SinkResult> {
  try {
    const options = { abortSignal: AbortSignal.timeout(requestTimeoutMs) };
    const { resource } = await container.item(document.id, document.partition).read<ScoreDocument>(options);
    return compareDocuments(document, resource);
  } catch (error) {
    return cosmosFailure(error);
  }
}
