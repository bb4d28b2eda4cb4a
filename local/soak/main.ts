/** `npm run soak`: events for half an hour, and what that does to the memory of the worker. Exit 1 when it grows. */
import { parseArgs } from 'node:util';
import { formatTable } from '../../src/cli/table.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import { exitCodes } from '../../src/cli/usage-error.ts';
import { startOwnTwin } from '../chaos/own-twin.ts';
import { type SoakMinute, type SoakResult, soak } from './soak.ts';

const usage = `npm run soak -- [options]
Sends events to a twin of its own and watches the memory of the worker. Exit code 1 when it grows.

  --minutes N  How long (30).
  --rate N     Events a second (2000).
  --json       One line of JSON a minute, and one at the end.
  -h, --help   Show this help.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const terminal = processTerminal();

const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20);
const head = ['minute', 'events', 'worker MB', 'its files', 'host MB', 'services MB', 'waiting'];

function row({ minute, sent, worker, host, services, waiting }: SoakMinute): (string | number)[] {
  const memory = (bytes: number | undefined) => (bytes === undefined ? '-' : megabytes(bytes));
  return [
    minute,
    sent,
    memory(worker?.residentBytes),
    worker?.openFiles ?? '-',
    memory(host?.residentBytes),
    memory(services?.residentBytes),
    waiting,
  ];
}

function print({ minutes, slopeMbPer100k, openFilesGrowth, failures }: SoakResult): void {
  terminal.out(formatTable(head, minutes.map(row)));
  terminal.out(
    `After warm-up the worker grew by ${slopeMbPer100k.toFixed(2)} MB in 100,000 events, its open files by ${openFilesGrowth}.`,
  );
  for (const failure of failures) terminal.out(failure);
}

async function main(): Promise<number> {
  if (values.help) {
    terminal.out(usage);
    return exitCodes.done;
  }
  const [minutes, eventsPerSecond] = [Number(values.minutes), Number(values.rate)];
  if (!(minutes > 0 && eventsPerSecond > 0)) {
    terminal.note(usage);
    return exitCodes.usage;
  }
  const twin = await startOwnTwin();
  try {
    const result = await soak(twin, {
      minutes,
      eventsPerSecond,
      onMinute(minute) {
        if (values.json) terminal.out(JSON.stringify(minute));
        else
          terminal.note(
            row(minute)
              .map((cell, i) => `${head[i]} ${cell}`)
              .join('  '),
          );
      },
    });
    if (values.json) terminal.out(JSON.stringify({ ...result, minutes: undefined }));
    else print(result);
    return result.failures.length === 0 ? exitCodes.done : exitCodes.no;
  } finally {
    await twin.close();
  }
}

process.exitCode = await main();
