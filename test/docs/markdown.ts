import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../..', import.meta.url));

export const textOf = (file: string): string => readFileSync(join(project, file), 'utf8');

/** A fenced block of a document. */
export interface Snippet {
  readonly language: string;
  readonly text: string;
}

/** All fenced blocks of a document, in order. */
export function snippetsOf(file: string): Snippet[] {
  return [...textOf(file).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The rows of all tables of a document, as their cells. */
export function tableRowsOf(file: string): string[][] {
  return textOf(file)
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}
