import { Account } from './account.ts';
import type { Container } from './container.ts';
import type { ContainerDefinition } from './container-definition.ts';
import type { StoredDocument } from './document.ts';
import { type SavedDocument, SqliteFile } from './sqlite-file.ts';

/**
 * Numbers given out after a restart start this much higher. A process that was killed may have answered with higher ones
 * than it saved; were they given out again, a reader of the change feed that stands behind them would miss the new ones.
 */
const restartGap = 1_000_000;

/**
 * The account that a file holds, or an empty one in memory.
 * @throws {Error} when the file cannot be used
 */
export function openAccount(file: string | undefined): Account {
  if (file === undefined) return new Account();
  const saved = new SqliteFile(file);
  try {
    const account = new Account(saved);
    load(account, saved);
    return account;
  } catch (error) {
    saved.close();
    throw error;
  }
}

function load(account: Account, saved: SqliteFile): void {
  const byRid = new Map(
    saved.databases().map((definition) => [definition._rid, account.addDatabase(definition)] as const),
  );
  for (const { database: rid, definition, lsn } of saved.containers()) {
    const database = byRid.get(rid);
    if (database === undefined) continue;
    const counters = { lsn: lsn + restartGap, position: restartGap };
    const container = account.addContainer(database, definition as ContainerDefinition, counters);
    const documents = [...saved.documents(definition._rid)].map((document) => storedDocument(container, document));
    counters.position += documents.at(-1)?.position ?? 0;
    container.documents.load(documents);
  }
}

function storedDocument({ documents }: Container, saved: SavedDocument): StoredDocument {
  const { id, _etag } = saved.body;
  return { ...saved, id: id as string, etag: _etag as string, partition: documents.keys.ofDocument(saved.body) };
}
