import { createHash } from 'node:crypto';
import { limits } from './limits.ts';
import type { Source } from './source.ts';

/**
 * A document's id says where its record came from and which model scored it, so a replay is the same document.
 *
 *     stream  telemetry~0~1207~mi4k2p9x~machine-failure      hub, partition, sequence[.index in the body], enqueued time, model
 *     file    file~incoming~machine-failure!2Fa.csv~0x8D~17~machine-failure     container, blob, ETag, row, model
 *     http    http~1f9b~0~machine-failure                    request id, row, model
 *
 * The kinds are told apart by the number of parts. The enqueued time (ms since 1970, base 36) is part of it because
 * sequence numbers start again when a hub is made anew. Cosmos DB refuses `/ \ ? #`: all but `A-Z a-z 0-9 . _ -` is
 * written as `!` and two hexadecimal digits for each UTF-8 byte, which can be read back. A blob whose name leaves no room
 * stands as `@` and the SHA-256 of its name; the document's `source` has the name itself.
 */
export function documentId(source: Source, model: string): string {
  switch (source.kind) {
    case 'stream': {
      const at = source.index === undefined ? String(source.sequence) : `${source.sequence}.${source.index}`;
      return `${escapeIdPart(source.hub)}~${escapeIdPart(source.partition)}~${at}~${timePart(source.enqueuedAt)}~${escapeIdPart(model)}`;
    }
    case 'file':
      return [
        'file',
        escapeIdPart(source.container),
        blobPart(source.blob),
        joined(source.etag, String(source.row), model),
      ].join('~');
    case 'http':
      return joined('http', source.requestId, String(source.row), model);
  }
}

const joined = (...parts: readonly string[]): string => parts.map(escapeIdPart).join('~');

/** What is left for the blob's name beside the other parts of an id. */
const blobPartBytesMax = limits.documentIdBytesMax - 423;

function blobPart(blob: string): string {
  const escaped = escapeIdPart(blob);
  return escaped.length <= blobPartBytesMax ? escaped : `@${createHash('sha256').update(blob).digest('hex')}`;
}

let [lastTime, lastTimePart] = ['', ''];

/** Milliseconds since 1970 in base 36. Events that were sent together share their time, which is then written once. */
function timePart(time: string): string {
  if (time !== lastTime) [lastTime, lastTimePart] = [time, Date.parse(time).toString(36)];
  return lastTimePart;
}

const plain = /^[A-Za-z0-9._-]*$/;

/** Parts that were escaped before: names of hubs, models and partitions come again with every record. */
const escaped = new Map<string, string>();
const escapedMax = 256;

/** A part of an id: Cosmos DB refuses some characters, and `~` stands between parts. */
export function escapeIdPart(part: string): string {
  const known = escaped.get(part);
  if (known !== undefined) return known;
  const made = plain.test(part) ? part : escapeBytes(part);
  if (escaped.size < escapedMax && part.length < 64) escaped.set(part, made);
  return made;
}

function escapeBytes(part: string): string {
  return part.replace(/[^A-Za-z0-9._-]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `!${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

function unescapePart(part: string): string {
  if (!part.includes('!')) return part;
  const bytes = part.replace(/!([0-9A-F]{2})|([^!])/g, (_, hex: string | undefined, other: string) =>
    hex === undefined ? other : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

/** The source and model that an id was made of; undefined when it is no id of ours, or holds a digest in place of a name. */
export function readDocumentId(id: string): { source: Source; model: string } | undefined {
  if (id.includes('@')) return undefined;
  const parts = id.split('~').map(unescapePart);
  const model = parts.at(-1);
  if (model === undefined) return undefined;
  if (parts.length === 5) return readStreamId(parts as [string, string, string, string, string]);
  const [kind, ...rest] = parts;
  if (kind === 'file' && parts.length === 6) {
    const [container, blob, etag, row] = rest as [string, string, string, string];
    return { source: { kind, container, blob, etag, row: Number(row) }, model };
  }
  if (kind === 'http' && parts.length === 4) {
    const [requestId, row] = rest as [string, string];
    return { source: { kind, requestId, row: Number(row) }, model };
  }
  return undefined;
}

function readStreamId([hub, partition, at, time, model]: [string, string, string, string, string]) {
  const [sequence, index] = at.split('.').map(Number);
  const enqueuedMs = Number.parseInt(time, 36);
  if (sequence === undefined || !Number.isFinite(sequence) || !Number.isFinite(enqueuedMs)) return undefined;
  const enqueuedAt = new Date(enqueuedMs).toISOString();
  const base = { kind: 'stream', hub, partition, sequence, enqueuedAt } as const;
  return { source: index === undefined ? base : { ...base, index }, model };
}

const runDigestCharacters = 26;

/**
 * A run is one file's scoring: named by blob, ETag and route, so that three announcements of one upload are one run.
 * `r_` and 130 bits of SHA-256 in lower-case base 32.
 */
export function runId(container: string, blob: string, etag: string, route: string): string {
  const bytes = createHash('sha256').update([container, blob, etag, route].join('\n')).digest();
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const digits = bits.match(/.{5}/g) ?? [];
  return `r_${digits
    .slice(0, runDigestCharacters)
    .map((digit) => Number.parseInt(digit, 2).toString(32))
    .join('')}`;
}
