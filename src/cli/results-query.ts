import type { SqlQuerySpec } from '@azure/cosmos';

/** Which scores are wanted. */
export interface ResultsFilter {
  readonly model?: string | undefined;
  readonly key?: string | undefined;
  readonly label?: string | undefined;
  /** ISO 8601; scores of events that the broker took from then on. */
  readonly since?: string | undefined;
  readonly limit: number;
}

/** The query for the newest scores that fit, newest first. */
export function resultsQuery({ model, key, label, since, limit }: ResultsFilter): SqlQuerySpec {
  const wanted: readonly (readonly [condition: string, name: string, value: string | undefined])[] = [
    ['c.model = @model', '@model', model],
    ['c.key = @key', '@key', key],
    ['c.outputs.label = @label', '@label', label],
    ['c.source.enqueuedAt >= @since', '@since', since],
  ];
  const given = wanted.filter(([, , value]) => value !== undefined);
  const where = given.length === 0 ? '' : ` WHERE ${given.map(([condition]) => condition).join(' AND ')}`;
  return {
    query: `SELECT TOP ${limit} * FROM c${where} ORDER BY c._ts DESC`,
    parameters: given.map(([, name, value]) => ({ name, value: value as string })),
  };
}
