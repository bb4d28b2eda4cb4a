import { malformed } from './malformed.ts';

/** A word of an expression. */
export interface Token {
  /** name: bare or in backticks; word: reserved (`and`, `or`, `not`, `pi`); function: a name right before `(`. */
  readonly kind: 'number' | 'name' | 'word' | 'function' | 'symbol' | 'end';
  /** The name without its backticks, else the characters as they stand. */
  readonly text: string;
  /** Where it begins, in UTF-16 units from 0. */
  readonly at: number;
}

const shapes =
  /(?<space>\s+)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|`(?<quoted>(?:[^`]|``)+)`|(?<symbol><=|>=|==|!=|[-+*/^<>(),])/uy;

const words: ReadonlySet<string> = new Set(['and', 'or', 'not', 'pi']);

/**
 * Cuts an expression into words; the last one is always `end`. A backtick inside backticks is written twice.
 * @throws {Malformed} at a character that begins no word
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    shapes.lastIndex = at;
    const found = shapes.exec(text)?.groups;
    if (found === undefined) throw malformed(at, expectedAt(text, at), text.slice(at, at + 1));
    const { number, name, quoted, symbol } = found;
    const next = shapes.lastIndex;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    if (name !== undefined) tokens.push({ kind: kindOfName(name, text, next), text: name, at });
    if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted.replaceAll('``', '`'), at });
    if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, at });
    at = next;
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

function kindOfName(name: string, text: string, next: number): Token['kind'] {
  if (words.has(name)) return 'word';
  return /^\s*\(/.test(text.slice(next)) ? 'function' : 'name';
}

/** What people mean who write such a character here. */
function expectedAt(text: string, at: number): string {
  const known: Readonly<Record<string, string>> = {
    '=': '== for a comparison',
    '&': '"and"',
    '|': '"or"',
    '!': '"not" or !=',
    '%': 'mod(a, b)',
    '`': 'a name and a second backtick',
    '"': 'a number: texts cannot be computed with; a name with blanks stands in backticks',
    "'": 'a number: texts cannot be computed with; a name with blanks stands in backticks',
  };
  return known[text[at]!] ?? 'a number, a name or an operator; other names stand in backticks';
}
