import { parseArgs } from 'node:util';
import { UsageError } from '../src/cli/usage-error.ts';
import { closestTo } from '../src/core/suggest.ts';
import type { Protection } from './protection.ts';
import { protections } from './protection-list.ts';

/** What `npm run mutate -- --help` prints. */
export const usage = `npm run mutate -- [options]
Takes each protection out of a copy of the sources and demands that its test goes red.
Exit code 0: all do; 1: one survives, or its text is gone.

  --only ID   This one, or those of this figure (D8); may be repeated.
  --list      Show the protections and their tests.
  --json      One line of JSON for each.
  -h, --help  Show this help.`;

export interface MutateOptions {
  readonly chosen: readonly Protection[];
  readonly isList: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

/** @throws {UsageError} what is wrong, and which options there are */
export function readMutateOptions(args: readonly string[]): MutateOptions {
  const { only, list, json, help } = parsed(args);
  const chosen = only.length === 0 ? protections : [...new Set(only.flatMap(named))];
  return { chosen, isList: list, isJson: json, isHelp: help };
}

function parsed(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        list: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function named(name: string): readonly Protection[] {
  const found = protections.filter(({ id, figures }) => id === name || figures.includes(name));
  if (found.length > 0) return found;
  const names = protections.flatMap(({ id, figures }) => [id, ...figures]);
  const hint = closestTo(name, names);
  throw new UsageError(`There is no protection "${name}".${hint === undefined ? '' : ` Is "${hint}" meant?`}`);
}
