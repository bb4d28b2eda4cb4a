import { randomUUID } from 'node:crypto';
import { badRequest, tooLarge } from '../cosmos-error.ts';
import { limits } from '../limits.ts';
import type { QueryDocument } from '../query/query-page.ts';
import { isObject, type JsonObject, type Value } from '../query/value.ts';
import type { PartitionKey } from './partition-key.ts';
import { documentRid } from './resource-id.ts';

/** A document as it is kept; `body` holds the system's own properties too. */
export interface StoredDocument extends QueryDocument {
  readonly id: string;
  readonly partition: PartitionKey;
  /** Logical sequence number: rises with every write to the container. */
  readonly lsn: number;
  readonly etag: string;
}

const systemProperties: ReadonlySet<string> = new Set(['_rid', '_self', '_etag', '_attachments', '_ts', '_lsn']);

/** @throws {CosmosError} when this is no document that the service would take */
export function checkDocument(body: unknown): asserts body is JsonObject & { id: string } {
  if (!isObject(body as Value)) throw badRequest('The input content is invalid: a document must be a JSON object.');
  const { id, ttl } = body as JsonObject;
  checkId(id);
  if (ttl !== undefined && ttl !== null) checkTtl(ttl);
}

function checkId(id: Value): void {
  if (typeof id !== 'string' || id === '') {
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing.");
  }
  if (/[/\\?#]/.test(id)) throw badRequest(`The id '${id}' contains one of the illegal characters / \\ ? #.`);
  const bytes = Buffer.byteLength(id);
  if (bytes > limits.documentIdBytesMax) {
    throw badRequest(`The id has ${bytes} bytes, at most ${limits.documentIdBytesMax} are allowed.`);
  }
}

/** @throws {CosmosError} when it is no lifetime in seconds */
export function checkTtl(ttl: Value): void {
  if (ttl === -1 || (Number.isInteger(ttl) && (ttl as number) > 0 && (ttl as number) < 2 ** 31)) return;
  throw badRequest(
    `The input ttl '${JSON.stringify(ttl)}' is invalid. Ensure to provide a nonzero positive 32-bit integer or -1.`,
  );
}

/** Where and as what a document is written. */
export interface DocumentPlace {
  readonly container: { readonly _rid: string; readonly _self: string };
  readonly partition: PartitionKey;
  readonly position: number;
  readonly lsn: number;
}

/** @throws {CosmosError} when it is too large */
export function makeDocument(content: JsonObject & { id: string }, place: DocumentPlace): StoredDocument {
  const { container, partition, position, lsn } = place;
  const rid = documentRid(container._rid, position);
  const etag = `"${randomUUID()}"`;
  const body = {
    ...content,
    _rid: rid,
    _self: `${container._self}docs/${rid}/`,
    _etag: etag,
    _attachments: 'attachments/',
    _ts: Math.floor(Date.now() / 1000),
  };
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > limits.requestBytesMax) throw tooLarge('document', bytes, limits.requestBytesMax);
  return { id: content.id, partition, position, lsn, etag, bytes, body };
}

/** What the client wrote of a document, in a copy that may be changed. */
export function contentOf(document: StoredDocument): JsonObject {
  const own = Object.entries(document.body).filter(([name]) => !systemProperties.has(name));
  return structuredClone(Object.fromEntries(own));
}

/** Whether a document's lifetime is over; without a default on the container none ever ends. */
export function isExpired(document: StoredDocument, defaultTtlSeconds: number | undefined): boolean {
  if (defaultTtlSeconds === undefined) return false;
  const { ttl, _ts: writtenSeconds } = document.body;
  const lifetimeSeconds = typeof ttl === 'number' ? ttl : defaultTtlSeconds;
  return lifetimeSeconds !== -1 && Date.now() / 1000 >= (writtenSeconds as number) + lifetimeSeconds;
}
