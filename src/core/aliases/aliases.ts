import * as z from 'zod';
import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { checkDocument } from '../schema-faults.ts';

/** The alias that is meant where nobody names one. */
export const liveAlias = 'live';

/** Names of aliases begin with a letter, so that none can be taken for a version. */
const aliasPattern = /^[a-z][a-z0-9-]{0,62}$/;
export const aliasRule = 'lower-case letters, digits and hyphens, at most 63, the first a letter';

/** Whether an alias may be called so. */
export const isAliasName = (name: string): boolean => aliasPattern.test(name);

const aliasName = z.string().regex(aliasPattern, aliasRule);
const version = z.int().min(1);

const moveSchema = z.strictObject({
  alias: aliasName,
  kind: z.enum(['promote', 'rollback']),
  from: version.optional().describe('The version before; absent when the alias is new.'),
  to: version,
  by: z.string().min(1).max(limits.keyCharactersMax).describe('Who moved it.'),
  why: z.string().max(1_000).optional(),
  at: z.iso.datetime().describe('When, in UTC.'),
});

const aliasesSchema = z.strictObject({
  format: z.literal(1),
  aliases: z
    .record(aliasName, version)
    .refine(
      (aliases) => Object.keys(aliases).length <= limits.modelAliasesMax,
      `at most ${limits.modelAliasesMax} aliases`,
    ),
  history: z.array(moveSchema).max(limits.aliasHistoryMax),
});

/** What `aliases.json` of a model says: the version that each alias stands for, and the newest moves, newest first. */
export type Aliases = z.infer<typeof aliasesSchema>;
/** One move of an alias: when it went from which version to which, by whom and why. */
export type AliasMove = Aliases['history'][number];

/** What holds for a model without `aliases.json`. */
export const noAliases: Aliases = { format: 1, aliases: {}, history: [] };

/**
 * Reads `aliases.json`.
 * @param root what it holds, parsed
 * @returns the aliases, or a fault for each place that is wrong
 */
export const parseAliases = (root: unknown): Aliases | Fault[] => checkDocument(aliasesSchema, root, 'aliases.invalid');

/** The text of `aliases.json`. */
export const aliasesText = (aliases: Aliases): string => `${JSON.stringify(aliases, null, 2)}\n`;
