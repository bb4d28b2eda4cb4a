import type { EraseReport } from '../scoring/erase/erase-key.ts';
import { isClean } from '../scoring/erase/erase-key.ts';
import type { RunUnderWay } from '../scoring/erase/runs-under-way.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface ErasedSystem extends EraseReport {
  /** Runs of files that go on, or why that is not known. */
  readonly runs: readonly RunUnderWay[] | string;
}

export interface PrintErasedOptions {
  readonly isReal: boolean;
  /** What no command can reach, and what becomes of it. */
  readonly untouched: Readonly<Record<string, string>>;
}

/** What is named one by one; --json names all. */
const namedMax = 20;

/** Prints what was erased, what was not and why, and what to do about it. */
export function printErased(terminal: Terminal, report: ErasedSystem, { isReal, untouched }: PrintErasedOptions): void {
  const rows = report.places.map(({ place, read = '-', found, erased, left }) => [
    place,
    read,
    found,
    erased,
    left.length,
  ]);
  terminal.out(formatTable(['place', 'read', 'found', 'erased', 'left'], rows));
  for (const { place, isAll, left, stopped } of report.places) {
    if (stopped !== undefined) terminal.note(`${place}: not gone through to its end: ${stopped}`);
    else if (!isAll) terminal.note(`Not all of ${place} was read: raise --scan.`);
    for (const { id, problem } of left.slice(0, namedMax)) terminal.note(`${place}: ${id} stays: ${problem}`);
    if (left.length > namedMax)
      terminal.note(`${place}: ${left.length - namedMax} more stay; --json names all of them.`);
  }
  if (!report.isQuiet) terminal.note('It goes on arriving: stop the device, wait until what it sent is scored.');
  printRuns(terminal, report.runs);
  if (!isReal && report.places.some(({ found }) => found > 0))
    terminal.note('Nothing was deleted. Say --yes to do it.');
  else if (isReal && !isClean(report))
    terminal.note('Not all is erased. The same command again goes on with it: what is gone does no harm.');
  else if (isReal && report.runs.length === 0) terminal.note('Nothing of it is left in these places.');
  terminal.note('Not touched:');
  for (const [what, advice] of Object.entries(untouched)) terminal.note(`  ${what}: ${advice}`);
}

function printRuns(terminal: Terminal, runs: ErasedSystem['runs']): void {
  if (typeof runs === 'string') terminal.note(`Whether runs of files go on is not known: ${runs}`);
  else if (runs.length > 0) {
    terminal.note('Runs of files go on; what they score is there after this. Erase once more when they have ended:');
    for (const { run, blob } of runs.slice(0, namedMax)) terminal.note(`  ${run} (${blob})`);
  }
}
