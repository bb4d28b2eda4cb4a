import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../query/value.ts';
import type { StoredDocument } from './document.ts';
import type { DocumentJournal, Persistence, ResourceDefinition } from './persistence.ts';
import { WriteBehind } from './write-behind.ts';

/** Rises when the tables change; a file of another version is refused rather than guessed at. */
const schemaVersion = 1;
const schema = `
  CREATE TABLE databases (rid TEXT PRIMARY KEY, definition TEXT NOT NULL);
  CREATE TABLE containers (
    rid TEXT PRIMARY KEY, database TEXT NOT NULL, definition TEXT NOT NULL, lsn INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE documents (
    container TEXT NOT NULL, position INTEGER NOT NULL, lsn INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (container, position)
  ) WITHOUT ROWID;
`;

export interface SavedContainer {
  readonly database: string;
  readonly definition: ResourceDefinition;
  readonly lsn: number;
}

export interface SavedDocument {
  readonly position: number;
  readonly lsn: number;
  readonly bytes: number;
  readonly body: JsonObject;
}

interface Change {
  readonly container: string;
  readonly position: number;
  readonly document: StoredDocument | undefined;
  readonly lastLsn: number;
}

type Row = Record<string, string | number>;

/** An account in a file. Databases and containers are saved at once, documents soon after. */
export class SqliteFile implements Persistence {
  readonly #sqlite: DatabaseSync;
  readonly #changes = new WriteBehind<Change>((changes) => this.#save(changes));

  /** @throws {Error} when the file is none of this server, or another process has it open */
  constructor(file: string) {
    this.#sqlite = new DatabaseSync(file);
    try {
      // Memory holds the truth, so nobody else may write into the file.
      this.#sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      this.#prepareSchema();
    } catch (error) {
      this.#sqlite.close();
      throw new Error(`The Cosmos DB server cannot use the file ${file}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  databases(): ResourceDefinition[] {
    return this.#rows('SELECT definition FROM databases').map((row) => JSON.parse(row.definition as string));
  }

  containers(): SavedContainer[] {
    return this.#rows('SELECT database, definition, lsn FROM containers').map((row) => ({
      database: row.database as string,
      definition: JSON.parse(row.definition as string),
      lsn: row.lsn as number,
    }));
  }

  /** A container's documents by position. */
  *documents(containerRid: string): Generator<SavedDocument> {
    const select = 'SELECT position, lsn, body FROM documents WHERE container = ? ORDER BY position';
    for (const row of this.#sqlite.prepare(select).iterate(containerRid) as IterableIterator<Row>) {
      const text = row.body as string;
      const [position, lsn] = [row.position as number, row.lsn as number];
      yield { position, lsn, bytes: Buffer.byteLength(text), body: JSON.parse(text) };
    }
  }

  saveDatabase(definition: ResourceDefinition): void {
    this.#run('INSERT OR REPLACE INTO databases VALUES (?, ?)', definition._rid, JSON.stringify(definition));
  }

  saveContainer(databaseRid: string, definition: ResourceDefinition): void {
    const insert =
      'INSERT INTO containers (rid, database, definition) VALUES (?, ?, ?) ' +
      'ON CONFLICT (rid) DO UPDATE SET definition = excluded.definition';
    this.#run(insert, definition._rid, databaseRid, JSON.stringify(definition));
  }

  deleteDatabase(rid: string): void {
    this.#changes.flush();
    this.#run('DELETE FROM documents WHERE container IN (SELECT rid FROM containers WHERE database = ?)', rid);
    this.#run('DELETE FROM containers WHERE database = ?', rid);
    this.#run('DELETE FROM databases WHERE rid = ?', rid);
  }

  deleteContainer(rid: string): void {
    this.#changes.flush();
    this.#run('DELETE FROM documents WHERE container = ?', rid);
    this.#run('DELETE FROM containers WHERE rid = ?', rid);
  }

  journalOf(container: string): DocumentJournal {
    return (position, document, lastLsn) =>
      this.#changes.add(`${container}/${position}`, { container, position, document, lastLsn });
  }

  assertWritable(): void {
    this.#changes.assertHealthy();
  }

  close(): void {
    try {
      this.#changes.flush();
    } finally {
      this.#sqlite.close();
    }
  }

  #save(changes: ReadonlyMap<string, Change>): void {
    const put = this.#sqlite.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)');
    const remove = this.#sqlite.prepare('DELETE FROM documents WHERE container = ? AND position = ?');
    const count = this.#sqlite.prepare('UPDATE containers SET lsn = max(lsn, ?) WHERE rid = ?');
    const lastLsns = new Map<string, number>();
    this.#transaction(() => {
      for (const { container, position, document, lastLsn } of changes.values()) {
        if (document) put.run(container, position, document.lsn, JSON.stringify(document.body));
        else remove.run(container, position);
        lastLsns.set(container, Math.max(lastLsn, lastLsns.get(container) ?? 0));
      }
      for (const [container, lsn] of lastLsns) count.run(lsn, container);
    });
  }

  #prepareSchema(): void {
    const version = this.#rows('PRAGMA user_version')[0]?.user_version;
    if (version === schemaVersion) return;
    if (version !== 0) throw new Error(`it has version ${version}, this server reads version ${schemaVersion}`);
    this.#transaction(() => this.#sqlite.exec(`${schema} PRAGMA user_version = ${schemaVersion};`));
  }

  #transaction(change: () => void): void {
    this.#sqlite.exec('BEGIN IMMEDIATE');
    try {
      change();
      this.#sqlite.exec('COMMIT');
    } catch (error) {
      if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
      throw error;
    }
  }

  #run(statement: string, ...values: string[]): void {
    this.#sqlite.prepare(statement).run(...values);
  }

  #rows(statement: string): Row[] {
    return this.#sqlite.prepare(statement).all() as Row[];
  }
}
