import { formatTable } from '../../src/cli/table.ts';
import { paint, type Terminal } from '../../src/cli/terminal.ts';
import type { Twin } from '../twin.ts';
import { type DemoResult, discrepancies } from './run-demo.ts';
import { latencyOf, quantile } from './stream-observer.ts';

const milliseconds = (value: number): string => (Number.isFinite(value) ? `${Math.round(value * 10) / 10} ms` : '-');

/** The table of the three doors. */
export function doorsTable({ sent, account, seen, file, calls }: DemoResult): string {
  const latencies = seen.map(latencyOf);
  const times = seen.map(
    ({ document, seenAtMs }) =>
      [document.source.kind === 'stream' ? Date.parse(document.source.enqueuedAt) : seenAtMs, seenAtMs] as const,
  );
  const spanMs = Math.max(...times.map(([, end]) => end)) - Math.min(...times.map(([start]) => start));
  const { report } = file.run;
  const perSecond = (count: number, ms: number) => Math.round((1000 * count) / Math.max(ms, 1));
  const head = ['door', 'received', 'scored', 'rejected', 'skipped', 'rows/s', 'p50', 'p95'];
  return formatTable(head, [
    [
      'events (Event Hubs)',
      account.events,
      account.documents,
      account.deadLetters,
      sent.twinChanges,
      perSecond(account.documents, spanMs),
      milliseconds(quantile(latencies, 0.5)),
      milliseconds(quantile(latencies, 0.95)),
    ],
    [
      'file (Blob)',
      report.rows,
      report.scored,
      report.rejected,
      0,
      report.rowsPerSecond,
      milliseconds(file.durationMs),
      '-',
    ],
    [
      'calls (HTTP)',
      calls.calls,
      calls.answered,
      calls.calls - calls.answered,
      0,
      perSecond(calls.answered, calls.durationMs),
      milliseconds(quantile(calls.latenciesMs, 0.5)),
      milliseconds(quantile(calls.latenciesMs, 0.95)),
    ],
  ]);
}

/** The newest alarms, read back from the database. */
export function alarmsTable({ alarms }: DemoResult): string {
  const rows = alarms.map(({ key = '-', source, outputs, version }) => [
    source.kind === 'stream' ? source.enqueuedAt : '-',
    key,
    String(outputs.label),
    Number(outputs.probability),
    version,
  ]);
  return formatTable(['when', 'machine', 'label', 'probability', 'model version'], rows);
}

/** Prints what came of the demo. @returns whether everything adds up */
export function printDemo(terminal: Terminal, result: DemoResult): boolean {
  terminal.out(`\n${doorsTable(result)}`);
  terminal.out(
    'Latency: of an event from the hub to its readable document; of the file from upload to report; of a call.\n',
  );
  terminal.out(`The newest alarms, from Cosmos DB:\n${alarmsTable(result)}\n`);
  const wrong = discrepancies(result);
  if (wrong.length === 0) {
    const { account, sent, file } = result;
    terminal.out(
      `${paint(terminal, 'green', 'Everything adds up:')} ${account.events} events = ${account.documents} documents + ${account.deadLetters} dead letters + ${sent.twinChanges} skipped, ` +
        `each once, nothing parked; ${file.rows} rows = ${file.run.report.scored} scored + ${file.run.report.rejected} rejected.`,
    );
  } else {
    terminal.out(paint(terminal, 'red', 'This does not add up:'));
    for (const line of wrong) terminal.out(`  ${line}`);
  }
  return wrong.length === 0;
}

/** Where to go on. */
export function printNext(terminal: Terminal, { url }: Twin): void {
  terminal.out(
    [
      '',
      `The twin is up. ${url}/status says how it stands. Try:`,
      '  npx sluice results --label failure',
      '  npx sluice dead-letters',
      `  npx sluice call machine-failure '{"type":"L","airTemperature":300.1,"processTemperature":308.5,"rotationalSpeed":1350,"torque":58,"toolWear":205}'`,
      'Ctrl-C ends it; what it holds stays in .sluice/ (npm start -- --fresh begins anew).',
    ].join('\n'),
  );
}
