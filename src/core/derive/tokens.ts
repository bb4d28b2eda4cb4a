import { cutTokens, type Found, type Word } from './cut-tokens.ts';

/**
 * name: bare or in backticks, its text without them; word: reserved (`and`, `or`, `not`, `pi`); function: a name right
 * before `(`.
 */
export type TokenKind = 'number' | 'name' | 'word' | 'function' | 'symbol';
type Token = Word<TokenKind>;

const shapes =
  /(?<space>\s+)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|`(?<quoted>(?:[^`]|``)+)`|(?<symbol><=|>=|==|!=|[-+*/^<>(),])/uy;

const words: ReadonlySet<string> = new Set(['and', 'or', 'not', 'pi']);

/**
 * Cuts an expression into words; the last one is always `end`. A backtick inside backticks is written twice.
 * @throws {Malformed} at a character that begins no word
 */
export const tokenize = (text: string): Token[] => cutTokens(text, { shapes, wordOf, expectedAt });

function wordOf({ number, name, quoted, symbol }: Found, at: number, text: string, next: number): Token | undefined {
  if (number !== undefined) return { kind: 'number', text: number, at };
  if (name !== undefined) return { kind: kindOfName(name, text, next), text: name, at };
  if (quoted !== undefined) return { kind: 'name', text: quoted.replaceAll('``', '`'), at };
  return symbol === undefined ? undefined : { kind: 'symbol', text: symbol, at };
}

function kindOfName(name: string, text: string, next: number): TokenKind {
  if (words.has(name)) return 'word';
  return /^\s*\(/.test(text.slice(next)) ? 'function' : 'name';
}

/** What people mean who write such a character here. */
function expectedAt(character: string): string {
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
  return known[character] ?? 'a number, a name or an operator; other names stand in backticks';
}
