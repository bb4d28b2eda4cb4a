import { limits } from '../limits.ts';
import type { Aliases, AliasMove } from './aliases.ts';

/** Who moves an alias, when and why. */
export interface MoveReason {
  readonly by: string;
  readonly why?: string | undefined;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Lets an alias stand for a version. Where it does already, nothing changes: the same object comes back. */
export function promoted(aliases: Aliases, alias: string, version: number, reason: MoveReason): Aliases {
  return aliases.aliases[alias] === version ? aliases : moved(aliases, 'promote', alias, version, reason);
}

/**
 * Lets an alias stand for the version that it stood for before it was last promoted. Several in a row go further back.
 * @returns undefined when nothing is known of a version before
 */
export function rolledBack(aliases: Aliases, alias: string, reason: MoveReason): Aliases | undefined {
  const version = versionBefore(aliases, alias);
  return version === undefined ? undefined : moved(aliases, 'rollback', alias, version, reason);
}

/** The version to which a rollback goes: each promotion goes one up, each rollback takes one back. */
export function versionBefore({ history }: Aliases, alias: string): number | undefined {
  const stack: number[] = [];
  for (const { kind, from, to } of history.filter((move) => move.alias === alias).toReversed()) {
    if (stack.length === 0 && from !== undefined) stack.push(from);
    if (kind === 'rollback' && stack.at(-2) === to) stack.pop();
    else stack.push(to);
  }
  return stack.at(-2);
}

function moved(
  { aliases, history }: Aliases,
  kind: AliasMove['kind'],
  alias: string,
  to: number,
  { by, why, at }: MoveReason,
): Aliases {
  const from = aliases[alias];
  const move = { alias, kind, ...(from === undefined ? {} : { from }), to, by, ...(why ? { why } : {}), at };
  return {
    format: 1,
    aliases: { ...aliases, [alias]: to },
    history: [move, ...history].slice(0, limits.aliasHistoryMax),
  };
}
