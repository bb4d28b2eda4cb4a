import { randomUUID } from 'node:crypto';
import { conflict, ownerNotFound } from '../cosmos-error.ts';
import { QueryCache } from '../query/query-cache.ts';
import { Container } from './container.ts';
import { type ContainerDefinition, checkResource, containerSettings } from './container-definition.ts';
import { noPersistence, type Persistence, type ResourceDefinition } from './persistence.ts';
import { newContainerRid, newDatabaseRid } from './resource-id.ts';

export interface Database {
  readonly definition: ResourceDefinition;
  readonly containers: Map<string, Container>;
}

/** All databases of the one account that a server holds. */
export class Account {
  readonly databases = new Map<string, Database>();
  readonly #queries = new QueryCache();
  readonly #persistence: Persistence;

  constructor(persistence: Persistence = noPersistence) {
    this.#persistence = persistence;
  }

  get queries(): QueryCache {
    return this.#queries;
  }

  *containers(): Generator<readonly [path: string, container: Container]> {
    for (const [id, { containers }] of this.databases) {
      for (const [name, container] of containers) yield [`${id}/${name}`, container];
    }
  }

  /** Documents of each container, as `database/container`; those whose lifetime is just over may still count. */
  documentCounts(): Record<string, number> {
    return Object.fromEntries([...this.containers()].map(([path, { documents }]) => [path, documents.size]));
  }

  /** @throws {CosmosError} when there is none of that id */
  database(id: string): Database {
    const database = this.databases.get(id);
    if (database === undefined) throw ownerNotFound(`database '${id}'`);
    return database;
  }

  /** @throws {CosmosError} when there is none of these ids */
  container(databaseId: string, id: string): Container {
    const container = this.database(databaseId).containers.get(id);
    if (container === undefined) throw ownerNotFound(`container '${id}' in the database '${databaseId}'`);
    return container;
  }

  /** @throws {CosmosError} when the description is wrong or the id taken */
  createDatabase(body: unknown): Database {
    const { id } = checkResource(body);
    if (this.databases.has(id)) throw conflict();
    const rid = newDatabaseRid();
    const definition = {
      ...systemProperties(rid, `dbs/${rid}/`),
      id,
      _colls: 'colls/',
      _users: 'users/',
    };
    this.#persistence.saveDatabase(definition);
    return this.addDatabase(definition);
  }

  /** Takes in a database, new or saved. */
  addDatabase(definition: ResourceDefinition): Database {
    const database = { definition, containers: new Map() };
    this.databases.set(definition.id, database);
    return database;
  }

  deleteDatabase({ definition }: Database): void {
    this.databases.delete(definition.id);
    this.#persistence.deleteDatabase(definition._rid);
  }

  /** @throws {CosmosError} when the description is wrong or the id taken */
  createContainer(database: Database, body: unknown): Container {
    const settings = containerSettings(body);
    if (database.containers.has(settings.id)) throw conflict();
    const rid = newContainerRid(database.definition._rid);
    const definition = { ...settings, ...systemProperties(rid, `${database.definition._self}colls/${rid}/`) };
    this.#persistence.saveContainer(database.definition._rid, definition);
    return this.addContainer(database, definition);
  }

  /** Takes in a container, new or saved. */
  addContainer(
    database: Database,
    definition: ContainerDefinition,
    counters?: { lsn: number; position: number },
  ): Container {
    const journal = this.#persistence.journalOf(definition._rid);
    const container = new Container(definition, this.#queries, journal, counters);
    database.containers.set(definition.id, container);
    return container;
  }

  /** @throws {CosmosError} when the description is wrong or changes what is fixed */
  replaceContainer(database: Database, container: Container, body: unknown): void {
    container.replaceSettings(containerSettings(body));
    this.#persistence.saveContainer(database.definition._rid, container.definition);
  }

  deleteContainer(database: Database, { definition }: Container): void {
    database.containers.delete(definition.id);
    this.#persistence.deleteContainer(definition._rid);
  }

  /** @throws {Error} when writes could not be saved */
  assertWritable(): void {
    this.#persistence.assertWritable();
  }

  close(): void {
    this.#persistence.close();
  }
}

function systemProperties(rid: string, self: string) {
  return { _rid: rid, _self: self, _etag: `"${randomUUID()}"`, _ts: Math.floor(Date.now() / 1000) };
}
