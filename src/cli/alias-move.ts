import { hostname, userInfo } from 'node:os';
import { aliasRule, isAliasName, liveAlias } from '../core/aliases/aliases.ts';
import type { MoveReason } from '../core/aliases/move-alias.ts';
import { limits } from '../core/limits.ts';
import type { AliasMoved } from '../scoring/models/move-alias.ts';
import { type CommandCall, jsonOption, type OptionSpec, type OptionValues, text } from './command.ts';
import { storeOptions } from './model-target.ts';
import { UsageError } from './usage-error.ts';

/** Options of the commands that move an alias. */
export const moveOptions = {
  alias: { type: 'string', short: 'a', value: 'NAME', help: `The alias (${liveAlias}).` },
  why: { type: 'string', short: 'w', value: 'TEXT', help: 'Why; it stands in the history.' },
  by: { type: 'string', value: 'NAME', help: 'Who (you, at this machine).' },
  ...storeOptions,
  json: jsonOption,
} as const satisfies Record<string, OptionSpec>;

/** Which alias is to be moved, and what its history will say. @throws {UsageError} */
export function moveOf(options: OptionValues): { alias: string; reason: MoveReason } {
  const alias = text(options, 'alias') ?? liveAlias;
  if (!isAliasName(alias)) throw new UsageError(`--alias is ${aliasRule}, not ${JSON.stringify(alias)}.`);
  const by = text(options, 'by') ?? thisUser();
  if (by === '' || by.length > limits.keyCharactersMax)
    throw new UsageError(`--by has 1 to ${limits.keyCharactersMax} characters.`);
  return { alias, reason: { by, why: text(options, 'why')?.slice(0, 1_000), at: new Date().toISOString() } };
}

function thisUser(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container may run a user that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}

/** Says where an alias went. */
export function printMove({ options, terminal }: CommandCall, model: string, alias: string, move: AliasMoved): void {
  const { from, to, aliases } = move;
  if (options.json === true) {
    const [newest] = aliases.history.filter((each) => each.alias === alias);
    const { by, why, at } = newest ?? {};
    terminal.out(JSON.stringify({ model, alias, from, to, by, why, at }));
  } else if (from === to) {
    terminal.out(`${alias} of ${model} is version ${to} already.`);
  } else {
    terminal.out(`${alias} of ${model}: version ${to}${from === undefined ? '' : `, after ${from}`}`);
    terminal.note('Running instances follow within 10 seconds, as soon as they have loaded and proven it.');
  }
}
