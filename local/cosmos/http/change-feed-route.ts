import { badRequest, notServed } from '../cosmos-error.ts';
import { readChanges } from '../store/change-feed.ts';
import { queryCharge } from '../store/request-charge.ts';
import { containerOf } from './container-routes.ts';
import { type CosmosAnswer, type CosmosRequest, containerHeaders } from './exchange.ts';
import { feedJson } from './query-request.ts';
import { checkKeyRange, header, itemsMaxOf, partitionKeyOf } from './request-headers.ts';

const latestVersionMode = 'Incremental Feed';

/** A page of changes, or 304 when there are none; the ETag leads on from here. */
export function answerChangeFeed(request: CosmosRequest): CosmosAnswer {
  const { headers } = request;
  const mode = header(headers, 'a-im');
  if (mode !== latestVersionMode) throw notServed(`the change feed in the mode '${mode}'`);
  checkKeyRange(headers);
  const container = containerOf(request);
  const { documents, continuation } = readChanges(container, {
    after: startOf(header(headers, 'if-none-match')),
    sinceSeconds: secondsOf(header(headers, 'if-modified-since')),
    partitionKey: partitionKeyOf(headers),
    itemsMax: itemsMaxOf(headers),
  });
  const bytes = documents.reduce((sum, document) => sum + document.bytes, 0);
  const answer = {
    charge: queryCharge({ returnedBytes: bytes, scannedBytes: bytes }),
    headers: { ...containerHeaders(container), etag: `"${continuation}"`, 'x-ms-item-count': `${documents.length}` },
  };
  if (documents.length === 0) return { ...answer, status: 304 };
  const items = documents.map(({ body, lsn }) => JSON.stringify({ ...body, _lsn: lsn }));
  return { ...answer, status: 200, json: feedJson('Documents', items) };
}

function startOf(etag: string | undefined): number | 'now' {
  if (etag === undefined || etag === '') return 0;
  if (etag === '*') return 'now';
  const lsn = Number(etag.replaceAll('"', ''));
  if (Number.isInteger(lsn) && lsn >= 0) return lsn;
  throw badRequest(`The continuation '${etag}' is none of this change feed.`);
}

function secondsOf(date: string | undefined): number {
  if (date === undefined) return 0;
  const ms = Date.parse(date);
  if (Number.isNaN(ms)) throw badRequest(`The header If-Modified-Since takes a date, got '${date}'.`);
  return Math.floor(ms / 1000);
}
