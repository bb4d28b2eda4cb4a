import { parseArgs } from 'node:util';
import { UsageError } from '../../src/cli/usage-error.ts';
import { closestTo } from '../../src/core/suggest.ts';
import type { Disaster } from './disaster.ts';
import { disasters } from './disaster-list.ts';

/** What `npm run chaos -- --help` prints. */
export const usage = `npm run chaos -- [options] [NAME...]
Lets disasters happen to the system, one after the other, and tells where every single event ended.
Exit code 0: all hold; 1: some do not.

  --list      Show the disasters and what must hold.
  --short     A few seconds each instead of minutes.
  --running   To the twin that runs (npm start), where a disaster needs no twin of its own.
  --json      One line of JSON for each.
  --seed N    Decides what is struck and when (1).
  --minutes N Begin nothing new after so long (25).
  -h, --help  Show this help.`;

export interface ChaosOptions {
  readonly chosen: readonly Disaster[];
  readonly isList: boolean;
  readonly isShort: boolean;
  readonly isRunning: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  readonly seed: number;
  readonly minutes: number;
}

/** @throws {UsageError} what is wrong, and which options there are */
export function readChaosOptions(args: readonly string[]): ChaosOptions {
  const { values, positionals } = parsed(args);
  return {
    chosen: positionals.length === 0 ? disasters : positionals.map(named),
    isList: values.list,
    isShort: values.short,
    isRunning: values.running,
    isJson: values.json,
    isHelp: values.help,
    seed: wholeNumber('seed', values.seed),
    minutes: wholeNumber('minutes', values.minutes),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        short: { type: 'boolean', default: false },
        running: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        seed: { type: 'string', default: '1' },
        minutes: { type: 'string', default: '25' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function named(name: string): Disaster {
  const found = disasters.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const names = disasters.map((each) => each.name);
  const hint = closestTo(name, names);
  const meant = hint === undefined ? `There are: ${names.join(', ')}.` : `Is "${hint}" meant?`;
  throw new UsageError(`There is no disaster "${name}". ${meant}`);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} is a whole number, not ${text}.`);
}
