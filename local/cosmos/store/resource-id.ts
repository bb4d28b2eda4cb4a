/**
 * Resource ids as the service makes them: 4 bytes name a database, 4 more a container in it, 8 more a document in that.
 * The client takes them apart, and knows by a new one that a container was deleted and made again.
 */
import { randomBytes } from 'node:crypto';

export function newDatabaseRid(): string {
  return ridOf(randomBytes(4));
}

export function newContainerRid(databaseRid: string): string {
  return ridOf(Buffer.concat([bytesOf(databaseRid), randomBytes(4)]));
}

export function documentRid(containerRid: string, position: number): string {
  const bytes = Buffer.alloc(16);
  bytesOf(containerRid).copy(bytes);
  bytes.writeBigUInt64LE(BigInt(position), 8);
  return ridOf(bytes);
}

/** Base64, but a slash would end a segment of a URL. */
const ridOf = (bytes: Buffer) => bytes.toString('base64').replaceAll('/', '-');
const bytesOf = (rid: string) => Buffer.from(rid.replaceAll('-', '/'), 'base64');
