import { cutTokens, type Found, type Word } from '../../derive/cut-tokens.ts';

/** Names without backticks, texts without quotes, symbols as they mean (`=` for `==`). */
export type TokenKind = 'number' | 'text' | 'name' | 'word' | 'symbol';
type Token = Word<TokenKind>;

const shapes =
  /(?<space>\s+)|(?<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|`(?<quoted>(?:[^`]|``)+)`|"(?<double>(?:[^"]|"")*)"|'(?<single>(?:[^']|'')*)'|(?<symbol><=|>=|==|!=|<>|[=<>()])/uy;

const words: ReadonlySet<string> = new Set(['and', 'or', 'not', 'true', 'false']);

/** Other spellings of the same. */
const meaning: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };

/**
 * Cuts a filter into words; the last one is always `end`. A quote inside of quotes of its kind is written twice.
 * @throws {Malformed} at a character that begins no word
 */
export const tokenize = (text: string): Token[] => cutTokens(text, { shapes, wordOf: tokenOf, expectedAt });

function tokenOf(found: Found, at: number): Token | undefined {
  const { number, name, quoted, double, single, symbol } = found;
  if (number !== undefined) return { kind: 'number', text: number, at };
  if (name !== undefined) return { kind: words.has(name) ? 'word' : 'name', text: name, at };
  if (quoted !== undefined) return { kind: 'name', text: quoted.replaceAll('``', '`'), at };
  if (double !== undefined) return { kind: 'text', text: double.replaceAll('""', '"'), at };
  if (single !== undefined) return { kind: 'text', text: single.replaceAll("''", "'"), at };
  return symbol === undefined ? undefined : { kind: 'symbol', text: meaning[symbol] ?? symbol, at };
}

/** What people mean who write such a character here. */
function expectedAt(character: string): string {
  const known: Readonly<Record<string, string>> = {
    '&': '"and"',
    '|': '"or"',
    '!': '"not" or !=',
    '"': 'a second " that ends the text',
    "'": "a second ' that ends the text",
    '`': 'a second ` that ends the name',
  };
  return known[character] ?? 'a name, a number, a text in quotes, or a comparison; other names stand in backticks';
}
