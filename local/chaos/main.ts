/** `npm run chaos`: lets disasters happen, and tells of each whether what must hold held. */
import { processTerminal } from '../../src/cli/terminal.ts';
import { runningTwin } from '../../src/cli/twin-file.ts';
import { exitCodes, UnreachableError, UsageError } from '../../src/cli/usage-error.ts';
import { type ChaosOptions, readChaosOptions, usage } from './chaos-options.ts';
import type { Disaster } from './disaster.ts';
import type { Figure } from './figure.ts';
import { startOwnTwin } from './own-twin.ts';
import { printFigure, printList } from './print-figure.ts';
import { runDisaster } from './run-disaster.ts';
import { theRunningTwin } from './running-twin.ts';

const terminal = processTerminal();

interface Happened {
  readonly figure: Figure;
  readonly place: string;
}

/** Lets one disaster happen where it can. */
async function happen(disaster: Disaster, { seed, isShort, isRunning }: ChaosOptions): Promise<Happened> {
  const run = { seed, size: isShort ? disaster.short : disaster.full };
  if (isRunning && disaster.twin === undefined && runningTwin() !== undefined) {
    const system = theRunningTwin();
    // Another seed each time, so that no event has an id that is there already.
    const figure = await runDisaster(disaster, system, { ...run, seed: (seed + Date.now()) % 2 ** 32 });
    return { figure, place: `the twin that runs at ${system.url}` };
  }
  const twin = await startOwnTwin(disaster.twin);
  try {
    return { figure: await runDisaster(disaster, twin, run), place: 'a twin of its own' };
  } finally {
    await twin.close();
  }
}

async function main(): Promise<number> {
  const options = readChaosOptions(process.argv.slice(2));
  if (options.isHelp) {
    terminal.out(usage);
    return exitCodes.done;
  }
  if (options.isList) {
    if (options.isJson)
      terminal.out(JSON.stringify(options.chosen.map(({ name, title, holds }) => ({ name, title, holds }))));
    else printList(terminal, options.chosen);
    return exitCodes.done;
  }
  const end = performance.now() + 60_000 * options.minutes;
  let isGood = true;
  for (const disaster of options.chosen) {
    if (performance.now() > end) {
      terminal.note(`${disaster.name} was not begun: ${options.minutes} minutes are over.`);
      isGood = false;
      continue;
    }
    terminal.progress(`${disaster.name}: ${disaster.title} ...`);
    const { figure, place } = await happen(disaster, options);
    terminal.endProgress();
    if (options.isJson) terminal.out(JSON.stringify(figure));
    else printFigure(terminal, figure, place);
    isGood &&= figure.holds;
  }
  return isGood ? exitCodes.done : exitCodes.no;
}

try {
  process.exitCode = await main();
} catch (error) {
  terminal.note(error instanceof Error ? error.message : String(error));
  process.exitCode =
    error instanceof UsageError
      ? exitCodes.usage
      : error instanceof UnreachableError
        ? exitCodes.unreachable
        : exitCodes.no;
}
