import { readFile } from 'node:fs/promises';
import { type Aliases, noAliases, parseAliases } from '../../core/aliases/aliases.ts';
import type { Code } from '../../core/codes.ts';
import { describeFault, ScoringError } from '../../core/fault.ts';
import { limits } from '../../core/limits.ts';

/**
 * The text of a small file.
 * @returns undefined when there is none
 * @throws {ScoringError} `model.not_ready` when it cannot be read
 */
export async function readSmallFile(path: string, what: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw unreadable(`${what} cannot be read: ${error.code}`);
  });
  if (bytes !== undefined && bytes.length > limits.manifestBytesMax) throw unreadable(`${what} is too large`);
  return bytes?.toString();
}

/** @throws {ScoringError} with the code given */
export function parseJsonFile(text: string, what: string, code: Code = 'model.not_ready'): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`${what} is not JSON: ${(error as Error).message}`, code);
  }
}

/**
 * Reads the text of an `aliases.json`.
 * @param text undefined where there is none
 * @throws {ScoringError} `aliases.invalid`
 */
export function readAliases(text: string | undefined, what: string): Aliases {
  if (text === undefined) return noAliases;
  const aliases = parseAliases(parseJsonFile(text, what, 'aliases.invalid'));
  if (!Array.isArray(aliases)) return aliases;
  throw unreadable(
    `${what} is wrong:${aliases.map((fault) => `\n  ${describeFault(fault)}`).join('')}`,
    'aliases.invalid',
  );
}

const unreadable = (message: string, code: Code = 'model.not_ready') =>
  new ScoringError(code, message, { retryable: true });
