import { csvLine } from '../../core/formats/csv-text.ts';
import { type Command, jsonOption, type OptionValues, text, wholeNumber } from '../command.ts';
import { readResults, type StoredScore } from '../read-results.ts';
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
    format: { type: 'string', short: 'f', value: 'F', help: 'table, csv, json or ndjson (table).' },
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
    const format = formatOf(options);
    const limit = wholeNumber(options, 'limit', limitDefault);
    const filter = {
      model: text(options, 'model'),
      key: text(options, 'key'),
      label: text(options, 'label'),
      since: sinceOf(options),
    };
    const sql = text(options, 'query');
    try {
      const container = await cosmosTarget(options, options.latest === true ? 'latest' : 'predictions');
      if (sql !== undefined) {
        const { resources } = await container.items.query<unknown>(sql).fetchAll();
        print(resources, format, terminal.out);
      } else {
        const { scores, isCut } = await readResults(container, filter, limit);
        print(format === 'json' || format === 'ndjson' ? scores : scores.map(brief), format, terminal.out);
        if (isCut) terminal.note(`There are more: these are the ${limit} newest (--limit).`);
      }
      return exitCodes.done;
    } catch (error) {
      if ((error as { code?: unknown }).code === 400)
        throw new UsageError(`Cosmos DB refuses the query: ${(error as Error).message}`);
      throw unreachable('Cosmos DB', error);
    }
  },
};

const formats = ['table', 'csv', 'json', 'ndjson'] as const;
type Format = (typeof formats)[number];

function formatOf(options: OptionValues): Format {
  if (options.json === true) return 'json';
  const given = text(options, 'format') ?? 'table';
  const format = formats.find((each) => each === given);
  if (format === undefined) throw new UsageError(`--format is table, csv, json or ndjson, not ${given}.`);
  return format;
}

/** The time as documents have it. */
function sinceOf(options: OptionValues): string | undefined {
  const since = text(options, 'since');
  if (since === undefined) return undefined;
  if (Number.isNaN(Date.parse(since)))
    throw new UsageError(`--since is a time like 2026-11-21T03:00:00Z, not ${since}.`);
  return new Date(since).toISOString();
}

type Row = Readonly<Record<string, unknown>>;

/** What a person wants to see of a score first; everything is there with `--json`. */
const brief = ({ key, model, version, source, outputs }: StoredScore): Row => ({
  when: source.kind === 'stream' ? source.enqueuedAt : '-',
  key: key ?? '-',
  model,
  version,
  ...outputs,
});

function print(rows: readonly unknown[], format: Format, out: (text: string) => void): void {
  if (format === 'json') out(JSON.stringify(rows, null, 2));
  else if (format === 'ndjson') for (const row of rows) out(JSON.stringify(row));
  else printTable(rows, format, out);
}

function printTable(rows: readonly unknown[], format: 'table' | 'csv', out: (text: string) => void): void {
  const asRow = (row: unknown): Row => (typeof row === 'object' && row !== null ? (row as Row) : { value: row });
  const shown = rows.map(asRow);
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
