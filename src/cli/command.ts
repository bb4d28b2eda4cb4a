import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** An option of a command, as `node:util` parses it, with what help says of it. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in help. */
  readonly value?: string;
  readonly help: string;
}

export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One command of `sluice`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Behind the command's name, for example `FILE...`. */
  readonly operands: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly string[];
  /** @returns the exit code */
  run(call: CommandCall): Promise<number>;
}

export interface CommandCall {
  readonly operands: readonly string[];
  readonly options: OptionValues;
  readonly terminal: Terminal;
}

export const jsonOption = { type: 'boolean', help: 'Print JSON, for machines.' } as const satisfies OptionSpec;

/** The value of an option that takes text. */
export const text = (options: OptionValues, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

/** The value of an option that takes a whole number above 0. @throws {UsageError} */
export function wholeNumber(options: OptionValues, name: string, fallback: number): number {
  const given = text(options, name);
  if (given === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new UsageError(`--${name} is a whole number, not ${given}.`);
}
