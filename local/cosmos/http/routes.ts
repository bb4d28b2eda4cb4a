import { notServed } from '../cosmos-error.ts';
import { readAccount, readOffers } from './account-route.ts';
import {
  deleteContainer,
  listContainers,
  listKeyRanges,
  postContainers,
  readContainer,
  replaceContainer,
} from './container-routes.ts';
import { deleteDatabase, listDatabases, postDatabases, readDatabase } from './database-routes.ts';
import { listDocuments, onDocument, postDocuments } from './document-routes.ts';
import type { Handler } from './exchange.ts';

/** Everything that is served. */
const routes: Readonly<Record<string, Handler>> = {
  'GET ': readAccount,
  'GET offers': readOffers,
  'POST offers': readOffers,
  'GET dbs': listDatabases,
  'POST dbs': postDatabases,
  'GET dbs/*': readDatabase,
  'DELETE dbs/*': deleteDatabase,
  'GET dbs/*/colls': listContainers,
  'POST dbs/*/colls': postContainers,
  'GET dbs/*/colls/*': readContainer,
  'PUT dbs/*/colls/*': replaceContainer,
  'DELETE dbs/*/colls/*': deleteContainer,
  'GET dbs/*/colls/*/pkranges': listKeyRanges,
  'GET dbs/*/colls/*/docs': listDocuments,
  'POST dbs/*/colls/*/docs': postDocuments,
  'GET dbs/*/colls/*/docs/*': onDocument('Read'),
  'PUT dbs/*/colls/*/docs/*': onDocument('Replace'),
  'PATCH dbs/*/colls/*/docs/*': onDocument('Patch'),
  'DELETE dbs/*/colls/*/docs/*': onDocument('Delete'),
};

/** @throws {CosmosError} when nothing answers this method on a resource of this shape */
export function findRoute(method: string, shape: string): Handler {
  const route = `${method} ${shape}`;
  const handler = Object.hasOwn(routes, route) ? routes[route] : undefined;
  if (handler === undefined) throw notServed(`${method} /${shape}`);
  return handler;
}
