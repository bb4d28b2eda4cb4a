import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../docs/markdown.ts';

/** The files of infra/, by their path inside of it: what is judged, and what mutations change. */
export type Infra = ReadonlyMap<string, string>;

export const infraNow = (): Infra =>
  new Map(
    globSync('**/*.bicep', { cwd: join(project, 'infra') })
      .sort()
      .map((file) => [file, readFileSync(join(project, 'infra', file), 'utf8')]),
  );

/** A resource as it is written. */
export interface Block {
  readonly file: string;
  readonly symbol: string;
  /** Without the version. */
  readonly type: string;
  readonly isExisting: boolean;
  /** From `resource` to the closing bracket. */
  readonly text: string;
}

/** Every resource of every file. A block ends at the first line that begins with what closes it. */
export function blocksOf(infra: Infra): Block[] {
  const pattern = /^resource (\w+) '([^@']+)@[^']+' (existing )?= (?:.*\n)*?^[}\]]+$/gm;
  return [...infra].flatMap(([file, text]) =>
    [...text.matchAll(pattern)].map(([block, symbol = '', type = '', existing]) => ({
      file,
      symbol,
      type,
      isExisting: existing !== undefined,
      text: block,
    })),
  );
}

/** What a property of a block is set to, as it is written there. */
export const property = (text: string, name: string): string | undefined =>
  new RegExp(`\\b${name}: (.+?)(?:,| \\}|$)`, 'm').exec(text)?.[1]?.trim();

/** Value of a variable that is a plain text. */
export const textVariable = (text: string, name: string): string | undefined =>
  new RegExp(`^var ${name} = '([^']*)'$`, 'm').exec(text)?.[1];

/** GUID of the role that a variable of a file stands for. */
export const roleOf = (text: string, variable: string): string | undefined =>
  new RegExp(`^var ${variable} = subscriptionResourceId\\([^,]+, '([0-9a-f-]{36})'\\)`, 'm').exec(text)?.[1];

/** The items of a list, on one line or on several. */
export const itemsOf = (list: string): string[] =>
  list
    .split(/,|\n/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** The lists `name: [a, b]` of system.bicep, with the values of the variables in them. */
export function listsOf(system: string, name: string): string[] {
  return [...system.matchAll(new RegExp(`^ {4}${name}: \\[((?:[^\\]{]|\\$\\{)*)\\]`, 'gm'))]
    .flatMap(([, list = '']) => itemsOf(list))
    .map((item) => {
      const [, variable, suffix] = /^'\$\{(\w+)\}(.*)'$/.exec(item) ?? [];
      const value = textVariable(system, variable ?? item);
      return value === undefined ? item : `${value}${suffix ?? ''}`;
    });
}
