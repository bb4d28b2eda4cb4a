import { readFileSync } from 'node:fs';
import { type Command, jsonOption, text } from '../command.ts';
import { formatTable } from '../table.ts';
import { unreachable, urlTarget } from '../targets.ts';
import { exitCodes, UsageError } from '../usage-error.ts';

/** What an answer may hold; only what is shown is read. */
interface Answer {
  readonly model?: string;
  readonly version?: number;
  readonly scores?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly faults?: readonly {
      readonly code: string;
      readonly path: string;
      readonly expected: string;
      readonly got: string;
    }[];
  };
}

export const call: Command = {
  name: 'call',
  summary: 'Scores rows by HTTP.',
  operands: 'MODEL [ROW...]',
  options: {
    data: {
      type: 'string',
      short: 'd',
      value: 'FILE',
      help: 'A file with a row or rows in JSON; - is standard input.',
    },
    url: { type: 'string', value: 'URL', help: 'Where the app is; the local twin when absent.' },
    token: { type: 'string', value: 'KEY', help: 'Sent as "Authorization: Bearer KEY".' },
    json: jsonOption,
  },
  examples: [
    `sluice call machine-failure '{"type":"L","airTemperature":300.1,"processTemperature":308.5,"rotationalSpeed":1350,"torque":58,"toolWear":205}'`,
    'sluice call machine-failure --data rows.json --json',
  ],
  async run({ operands, options, terminal }) {
    const [model, ...rows] = operands;
    const file = text(options, 'data');
    if (model === undefined) throw new UsageError('Say which MODEL. See: sluice call --help');
    if ((file === undefined) === (rows.length === 0)) throw new UsageError('Give rows as JSON, or a file with --data.');
    const body = file === undefined ? rowsOf(rows) : readBody(file);
    const url = `${urlTarget(options)}/models/${encodeURIComponent(model)}/score`;
    const token = text(options, 'token');
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(url, { method: 'POST', headers, body }).catch((error: Error) => {
      const cause = error.cause as { code?: string; message?: string } | undefined;
      throw unreachable(`The app at ${url}`, {
        code: cause?.code ?? '',
        message: `fetch failed: ${cause?.message || cause?.code || error.message}`,
      });
    });
    const answered = await response.text();
    if (options.json === true) terminal.out(answered);
    else show(answered, response.status, terminal.out);
    return response.ok ? exitCodes.done : response.status >= 500 ? exitCodes.unreachable : exitCodes.usage;
  },
};

/** The rows of the command line as one body. Each must be JSON: then a slip is found here, where it is easy to see. */
function rowsOf(rows: readonly string[]): string {
  for (const row of rows) {
    try {
      JSON.parse(row);
    } catch (error) {
      throw new UsageError(`This row is not JSON: ${row}\n${(error as Error).message}`);
    }
  }
  return `[${rows.join(',')}]`;
}

function readBody(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function show(text: string, status: number, out: (text: string) => void): void {
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    out(`${status} ${text}`);
    return;
  }
  if (answer.error !== undefined) {
    out(`${status} ${answer.error.code}: ${answer.error.message}`);
    for (const { path, expected, got } of answer.error.faults ?? [])
      out(`  ${path || '/'}: expected ${expected}, got ${got}`);
    return;
  }
  const scores = answer.scores ?? [];
  const names = Object.keys(scores[0] ?? {});
  const cell = (value: unknown) =>
    typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value);
  out(
    formatTable(
      ['row', ...names],
      scores.map((score, i) => [i, ...names.map((name) => cell(score[name]))]),
    ),
  );
}
