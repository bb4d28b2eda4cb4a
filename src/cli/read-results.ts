import type { Container, SqlParameter, SqlQuerySpec } from '@azure/cosmos';
import { unpackScores } from '../core/outputs/pack-scores.ts';
import type { PackedScores } from '../core/outputs/packed-scores.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';

/** Which scores are wanted. */
export interface ResultsFilter {
  readonly model?: string | undefined;
  readonly key?: string | undefined;
  readonly label?: string | undefined;
  /** ISO 8601; scores of events that the broker took from then on. */
  readonly since?: string | undefined;
}

/** A score as it was stored. */
export type StoredScore = ScoreDocument & {
  /** When its item was last written, in seconds since 1970. */
  readonly _ts: number;
};

/** Packed items in one answer: each has about a hundred scores. */
const packedPageItems = 4;

/**
 * The scores that fit, whether each lies by itself or packed with others, what was written last first.
 * @returns the first `limit` of them, and whether there are more
 */
export async function readResults(
  container: Container,
  filter: ResultsFilter,
  limit: number,
): Promise<{ scores: StoredScore[]; isCut: boolean }> {
  const wanted = limit + 1;
  const [single, packed] = await Promise.all([
    container.items.query<StoredScore>(singleQuery(filter, wanted)).fetchAll(),
    readPacked(container, filter, wanted),
  ]);
  const scores = [...single.resources, ...packed].sort(newestFirst);
  return { scores: scores.slice(0, limit), isCut: scores.length > limit };
}

function newestFirst(a: StoredScore, b: StoredScore): number {
  if (a._ts !== b._ts) return b._ts - a._ts;
  if (a.source.kind !== 'stream' || b.source.kind !== 'stream') return 0;
  return b.source.enqueuedAt.localeCompare(a.source.enqueuedAt, 'en') || b.source.sequence - a.source.sequence;
}

type Condition = readonly [condition: string, name: string, value: string | undefined];

const given = (conditions: readonly Condition[]) => conditions.filter(([, , value]) => value !== undefined);
const parametersOf = (conditions: readonly Condition[]): SqlParameter[] =>
  conditions.map(([, name, value]) => ({ name, value: value as string }));
const all = (conditions: readonly string[]): string => conditions.join(' AND ');

function singleQuery({ model, key, label, since }: ResultsFilter, count: number): SqlQuerySpec {
  const conditions = given([
    ['c.model = @model', '@model', model],
    ['c.key = @key', '@key', key],
    ['c.outputs.label = @label', '@label', label],
    ['c.source.enqueuedAt >= @since', '@since', since],
  ]);
  const where = all(['NOT IS_DEFINED(c.scores)', ...conditions.map(([condition]) => condition)]);
  return {
    query: `SELECT TOP ${count} * FROM c WHERE ${where} ORDER BY c._ts DESC`,
    parameters: parametersOf(conditions),
  };
}

/** The items in which something fits. */
function packedQuery({ model, key, label, since }: ResultsFilter): SqlQuerySpec {
  const ofItem = given([['c.model = @model', '@model', model]]);
  const ofScore = given([
    ['s.key = @key', '@key', key],
    ['s.outputs.label = @label', '@label', label],
    ['s.enqueuedAt >= @since', '@since', since],
  ]);
  const fitting = all(ofScore.map(([condition]) => condition));
  const where = all([
    "c.source.kind = 'packed'",
    ...ofItem.map(([condition]) => condition),
    ...(fitting === '' ? [] : [`EXISTS(SELECT VALUE s FROM s IN c.scores WHERE ${fitting})`]),
  ]);
  return {
    query: `SELECT * FROM c WHERE ${where} ORDER BY c._ts DESC`,
    parameters: parametersOf([...ofItem, ...ofScore]),
  };
}

/** Reads items until there are enough scores: those that were written last have the newest. */
async function readPacked(container: Container, filter: ResultsFilter, count: number): Promise<StoredScore[]> {
  const found: StoredScore[] = [];
  const items = container.items.query<PackedScores & { _ts: number }>(packedQuery(filter), {
    maxItemCount: packedPageItems,
  });
  for await (const { resources } of items.getAsyncIterator()) {
    for (const item of resources) {
      const fitting = unpackScores(item).filter((document) => fits(document, filter));
      found.push(...fitting.map((document) => ({ ...document, _ts: item._ts })));
    }
    if (found.length >= count) break;
  }
  return found;
}

/** The question to an item, for one of its scores. */
const fits = ({ key, outputs, source }: ScoreDocument, wanted: ResultsFilter): boolean =>
  (wanted.key === undefined || key === wanted.key) &&
  (wanted.label === undefined || outputs.label === wanted.label) &&
  (wanted.since === undefined || (source.kind === 'stream' && source.enqueuedAt >= wanted.since));
