import type { SqlQuerySpec } from '@azure/cosmos';
import { csvLine } from '../../core/formats/csv-text.ts';
import { type Command, jsonOption, text } from '../command.ts';
import { resultsQuery } from '../results-query.ts';
import { formatTable } from '../table.ts';
import { connectionOption, cosmosTarget, unreachable } from '../targets.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

const limitDefault = 20;

export const results: Command = {
  name: 'results',
  summary: 'Reads scores back from Cosmos DB, newest first.',
  operands: '',
  options: {
    model: { type: 'string', short: 'm', value: 'NAME', help: 'Scores of this model.' },
    key: { type: 'string', short: 'k', value: 'KEY', help: 'Scores of this device or other key.' },
    label: { type: 'string', short: 'l', value: 'CLASS', help: 'Scores with this label.' },
    since: { type: 'string', value: 'TIME', help: 'Scores of events from this time on (ISO 8601).' },
    latest: { type: 'boolean', help: 'The last score of each key, for routes that say "latest".' },
    limit: { type: 'string', short: 'n', value: 'N', help: `At most so many (${limitDefault}).` },
    query: { type: 'string', short: 'q', value: 'SQL', help: 'A query of your own instead.' },
    format: { type: 'string', short: 'f', value: 'F', help: 'table, csv or json (table).' },
    connection: connectionOption,
    json: jsonOption,
  },
  examples: [
    'sluice results --label failure',
    'sluice results --key machine-7 --limit 5 --format csv',
    `sluice results --query "SELECT c.key, COUNT(1) AS alarms FROM c WHERE c.outputs.label = 'failure' GROUP BY c.key"`,
  ],
  async run({ operands, options, terminal }) {
    if (operands.length > 0) throw new UsageError(`"${operands[0]}" is one word too many. See: sluice results --help`);
    const format = options.json === true ? 'json' : (text(options, 'format') ?? 'table');
    if (!['table', 'csv', 'json'].includes(format))
      throw new UsageError(`--format is table, csv or json, not ${format}.`);
    const limit = Number(text(options, 'limit') ?? limitDefault);
    if (!Number.isInteger(limit) || limit < 1)
      throw new UsageError(`--limit is a whole number, not ${text(options, 'limit')}.`);
    const since = text(options, 'since');
    if (since !== undefined && Number.isNaN(Date.parse(since)))
      throw new UsageError(`--since is a time like 2026-11-21T03:00:00Z, not ${since}.`);
    const sql = text(options, 'query');
    const filter = { model: text(options, 'model'), key: text(options, 'key'), label: text(options, 'label') };
    const query: SqlQuerySpec =
      sql === undefined
        ? resultsQuery({ ...filter, since: since && new Date(since).toISOString(), limit })
        : { query: sql };
    try {
      const container = await cosmosTarget(options, options.latest === true ? 'latest' : 'predictions');
      const { resources } = await container.items.query<Record<string, unknown>>(query).fetchAll();
      print(resources, format, sql === undefined, terminal.out);
      return exitCodes.done;
    } catch (error) {
      if ((error as { code?: unknown }).code === 400)
        throw new UsageError(`Cosmos DB refuses the query: ${(error as Error).message}`);
      throw unreachable('Cosmos DB', error);
    }
  },
};

type Row = Readonly<Record<string, unknown>>;

/** What a person wants to see of a score first; everything is there with `--json`. */
function brief({ key, model, version, source, outputs }: Row): Row {
  const { enqueuedAt } = (source ?? {}) as { enqueuedAt?: string };
  return { when: enqueuedAt ?? '-', key: key ?? '-', model, version, ...(outputs as Row) };
}

function print(rows: readonly unknown[], format: string, areScores: boolean, out: (text: string) => void): void {
  if (format === 'json') {
    out(JSON.stringify(rows, null, 2));
    return;
  }
  const asRow = (row: unknown): Row => (typeof row === 'object' && row !== null ? (row as Row) : { value: row });
  const shown = rows.map((row) => (areScores ? brief(asRow(row)) : asRow(row)));
  const names = [...new Set(shown.flatMap((row) => Object.keys(row).filter((name) => !name.startsWith('_'))))];
  const cell = (value: unknown) =>
    typeof value === 'number' || typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  if (format === 'csv')
    out([names, ...shown.map((row) => names.map((name) => String(cell(row[name]))))].map(csvLine).join('').trimEnd());
  else if (shown.length === 0) out('No scores fit.');
  else
    out(
      formatTable(
        names,
        shown.map((row) => names.map((name) => cell(row[name]))),
      ),
    );
}
