import type { JsonObject } from '../query/value.ts';
import type { StoredDocument } from './document.ts';

/** A database's or container's own description. */
export interface ResourceDefinition extends JsonObject {
  id: string;
  _rid: string;
  _self: string;
  _etag: string;
  _ts: number;
}

/** Takes note of each change to one container's documents; `undefined` is a deletion. */
export type DocumentJournal = (position: number, document: StoredDocument | undefined, lastLsn: number) => void;

/** Where an account is kept over a restart. */
export interface Persistence {
  saveDatabase(definition: ResourceDefinition): void;
  saveContainer(databaseRid: string, definition: ResourceDefinition): void;
  deleteDatabase(rid: string): void;
  deleteContainer(rid: string): void;
  journalOf(containerRid: string): DocumentJournal;
  /** @throws {Error} when what was written before could not be saved: nothing more may be promised then */
  assertWritable(): void;
  close(): void;
}

const doNothing = () => {};

/** For an account in memory. */
export const noPersistence: Persistence = {
  saveDatabase: doNothing,
  saveContainer: doNothing,
  deleteDatabase: doNothing,
  deleteContainer: doNothing,
  journalOf: () => doNothing,
  assertWritable: doNothing,
  close: doNothing,
};
