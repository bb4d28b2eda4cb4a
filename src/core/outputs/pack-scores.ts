import { documentId, escapeIdPart } from '../ids.ts';
import { limits } from '../limits.ts';
import { partitionKeyOf, type StreamSource } from '../source.ts';
import type { PackedScore, PackedScores } from './packed-scores.ts';
import type { ScoreDocument } from './score-document.ts';

/** Sequence numbers of one window, and records of one event that stand together. */
const windowScores = 100;

/**
 * What one item may hold, as JSON. It lies below the 2 MB of the service for what that adds: its own properties, and
 * the escapes of another writer of JSON.
 */
export const packedBytesMax = limits.documentBytesMax - (64 << 10);

/** Where a document is packed: a function of the document alone, so that it is looked for where it was put. */
export interface PackWindow {
  /** Beginning of the ids of its parts. */
  readonly name: string;
  /** Value of the partition key. */
  readonly partition: string;
  readonly model: string;
  readonly source: PackedScores['source'];
}

/**
 * The window of a document: a hundred sequence numbers of a partition within an hour, or a hundred records of one event
 * that carries several.
 */
export function packWindowOf({ model, source }: ScoreDocument): PackWindow {
  const from = streamSource(source);
  const { hub, partition, sequence, index, enqueuedAt } = from;
  const first = (position: number) => position - (position % windowScores);
  const at = index === undefined ? String(first(sequence)) : `${sequence}.${first(index)}`;
  const parts = ['packed', hub, partition, at, enqueuedAt.slice(0, 13), model];
  return {
    name: parts.map(escapeIdPart).join('~'),
    partition: partitionKeyOf(from, undefined),
    model,
    source: { kind: 'packed', hub, partition },
  };
}

/** The id of a part of a window; its seven parts, with the first, tell it from the id of a document. */
export const packedIdOf = ({ name }: PackWindow, part: number): string => `${name}~${part}`;

function streamSource(source: ScoreDocument['source']): StreamSource {
  if (source.kind === 'stream') return source;
  throw new TypeError(`a ${source.kind} record has no place in a stream's window`);
}

/**
 * Adds documents to a part of a window, as far as there is room.
 * @param stored the part as it is; undefined when it is to be made
 * @param documents none of which it holds
 * @returns the part, and what is left for the next one: then it says that it is continued
 */
export function addToPart(
  window: PackWindow,
  part: number,
  stored: PackedScores | undefined,
  documents: readonly ScoreDocument[],
  bytesMax = packedBytesMax,
): { item: PackedScores; left: ScoreDocument[] } {
  const { partition, model, source } = window;
  const empty = { id: packedIdOf(window, part), partition, model, source, models: [], scores: [] };
  const models = [...(stored?.models ?? [])];
  const scores = [...(stored?.scores ?? [])];
  const left: ScoreDocument[] = [];
  let bytes = bytesOf({ ...empty, models, scores, continued: true });
  for (const document of documents) {
    const { version, modelDigest } = document;
    const known = models.findIndex((each) => each.version === version && each.modelDigest === modelDigest);
    const score = scoreOf(document, known < 0 ? models.length : known);
    const added = bytesOf(score) + 1 + (known < 0 ? bytesOf({ version, modelDigest }) + 1 : 0);
    if (bytes + added > bytesMax) {
      left.push(document);
      continue;
    }
    bytes += added;
    scores.push(score);
    if (known < 0) models.push({ version, modelDigest });
  }
  scores.sort(inOrderOfStream);
  return { item: { ...empty, models, scores, ...(left.length > 0 && { continued: true }) }, left };
}

/** What an item takes that holds this document alone, as JSON. */
export const packedBytesOf = (document: ScoreDocument): number =>
  bytesOf({
    ...addToPart(packWindowOf(document), 0, undefined, [document], Number.POSITIVE_INFINITY).item,
    continued: true,
  });

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function scoreOf({ source, key, inputDigest, outputs }: ScoreDocument, by: number): PackedScore {
  const { sequence, index, enqueuedAt } = streamSource(source);
  return {
    sequence,
    ...(index !== undefined && { index }),
    enqueuedAt,
    ...(key !== undefined && { key }),
    by,
    inputDigest,
    outputs,
  };
}

const inOrderOfStream = (a: PackedScore, b: PackedScore): number =>
  a.sequence - b.sequence || (a.index ?? 0) - (b.index ?? 0) || Date.parse(a.enqueuedAt) - Date.parse(b.enqueuedAt);

/** The documents that an item of the container stands for: itself, or those that are packed in it. */
export const documentsIn = (item: ScoreDocument | PackedScores): ScoreDocument[] =>
  'scores' in item ? unpackScores(item) : [item];

/** The documents of a packed item, each as it would be by itself. */
export function unpackScores({ model, models, source: { hub, partition }, scores }: PackedScores): ScoreDocument[] {
  return scores.map(({ sequence, index, enqueuedAt, key, by, inputDigest, outputs }) => {
    const source: StreamSource = {
      kind: 'stream',
      hub,
      partition,
      sequence,
      ...(index !== undefined && { index }),
      enqueuedAt,
    };
    const scoredBy = models[by];
    if (scoredBy === undefined) throw new TypeError(`a packed score of ${source.sequence} names none of its models`);
    return {
      id: documentId(source, model),
      partition: partitionKeyOf(source, key),
      ...(key !== undefined && { key }),
      model,
      ...scoredBy,
      inputDigest,
      source,
      outputs,
    };
  });
}
