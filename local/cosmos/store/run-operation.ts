import { badRequest, conflict, notFound, preconditionFailed } from '../cosmos-error.ts';
import { queryPage } from '../query/query-page.ts';
import type { JsonObject } from '../query/value.ts';
import type { Container } from './container.ts';
import { checkDocument, contentOf, type StoredDocument } from './document.ts';
import type { Operation, OperationResult } from './operation.ts';
import type { PartitionKey } from './partition-key.ts';
import { applyPatch } from './patch.ts';
import { readPatch } from './patch-request.ts';
import { readCharge, refusalCharge, writeCharge } from './request-charge.ts';

/**
 * Does one operation, whole or not at all.
 * @throws {CosmosError} when it cannot be done
 */
export function runOperation(container: Container, operation: Operation): OperationResult {
  const partition = container.documents.keys.parse(operation.partitionKey);
  switch (operation.type) {
    case 'Create':
      return create(container, operation, partition);
    case 'Upsert':
      return upsert(container, operation, partition);
    case 'Read':
      return read(container, operation, partition);
    case 'Replace':
      return replace(container, operation, partition);
    case 'Delete':
      return remove(container, operation, partition);
    case 'Patch':
      return patch(container, operation, partition);
  }
}

function create(container: Container, { body }: Operation, partition: PartitionKey): OperationResult {
  const content = contentFor(container, body, partition);
  if (container.documents.find(partition, content.id)) throw conflict();
  return write(container, content, partition);
}

function upsert(container: Container, operation: Operation, partition: PartitionKey): OperationResult {
  const content = contentFor(container, operation.body, partition);
  const before = container.documents.find(partition, content.id);
  if (before) checkEtag(before, operation.ifMatch);
  return write(container, content, partition, before);
}

function read(container: Container, operation: Operation, partition: PartitionKey): OperationResult {
  const document = find(container, operation, partition);
  const isKnown = operation.ifNoneMatch === document.etag || operation.ifNoneMatch === '*';
  if (isKnown) return { status: 304, document: undefined, charge: refusalCharge };
  return { status: 200, document, charge: readCharge(document.bytes) };
}

function replace(container: Container, operation: Operation, partition: PartitionKey): OperationResult {
  const before = find(container, operation, partition);
  const content = contentFor(container, operation.body, partition);
  if (content.id !== before.id) throw badRequest(`The id '${before.id}' cannot be changed to '${content.id}'.`);
  return write(container, content, partition, before);
}

function remove(container: Container, operation: Operation, partition: PartitionKey): OperationResult {
  const before = find(container, operation, partition);
  container.documents.delete(before);
  return { status: 204, document: undefined, charge: writeCharge(before.bytes), change: { before, after: undefined } };
}

function patch(container: Container, operation: Operation, partition: PartitionKey): OperationResult {
  const before = find(container, operation, partition);
  const changes = readPatch(operation.body);
  if (changes.condition !== undefined && !meets(container, before, changes.condition)) throw preconditionFailed();
  const content = contentOf(before);
  applyPatch(content, changes);
  checkDocument(content);
  if (content.id !== before.id || container.documents.keys.ofDocument(content) !== partition) {
    throw badRequest("A document's id and partition key cannot be patched.");
  }
  return write(container, content, partition, before);
}

/** A condition is the rest of a query after SELECT *, run on the one document. */
function meets(container: Container, document: StoredDocument, condition: string): boolean {
  const query = container.queries.get(`SELECT * ${condition}`);
  const request = { parameters: new Map(), documentsFrom: () => [document], itemsMax: 1, token: undefined };
  return queryPage(query, request).items.length > 0;
}

function find(container: Container, operation: Operation, partition: PartitionKey): StoredDocument {
  const document = container.documents.find(partition, operation.id ?? '');
  if (document === undefined) throw notFound();
  checkEtag(document, operation.ifMatch);
  return document;
}

function checkEtag(document: StoredDocument, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== document.etag) throw preconditionFailed();
}

const wrongPartitionKey = 1001;

function contentFor(container: Container, body: unknown, partition: PartitionKey): JsonObject & { id: string } {
  checkDocument(body);
  if (container.documents.keys.ofDocument(body) !== partition) {
    throw badRequest(
      "PartitionKey extracted from document doesn't match the one specified in the header.",
      wrongPartitionKey,
    );
  }
  return body;
}

function write(
  container: Container,
  content: JsonObject & { id: string },
  partition: PartitionKey,
  before?: StoredDocument,
): OperationResult {
  const after = container.documents.write(content, partition, before);
  return {
    status: before ? 200 : 201,
    document: after,
    charge: writeCharge(after.bytes),
    change: { before, after },
  };
}
