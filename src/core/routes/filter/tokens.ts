import { malformed } from '../../derive/malformed.ts';

/** A word of a filter. */
export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'word' | 'symbol' | 'end';
  /** Names without backticks, texts without quotes, symbols as they mean (`=` for `==`). */
  readonly text: string;
  /** Where it begins, in UTF-16 units from 0. */
  readonly at: number;
}

const shapes =
  /(?<space>\s+)|(?<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|`(?<quoted>(?:[^`]|``)+)`|"(?<double>(?:[^"]|"")*)"|'(?<single>(?:[^']|'')*)'|(?<symbol><=|>=|==|!=|<>|[=<>()])/uy;

const words: ReadonlySet<string> = new Set(['and', 'or', 'not', 'true', 'false']);

/** Other spellings of the same. */
const meaning: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };

/**
 * Cuts a filter into words; the last one is always `end`. A quote inside of quotes of its kind is written twice.
 * @throws {Malformed} at a character that begins no word
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    shapes.lastIndex = at;
    const found = shapes.exec(text)?.groups;
    if (found === undefined) throw malformed(at, expectedAt(text.slice(at, at + 1)), text.slice(at, at + 1));
    const token = tokenOf(found, at);
    if (token !== undefined) tokens.push(token);
    at = shapes.lastIndex;
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

function tokenOf(found: Readonly<Record<string, string | undefined>>, at: number): Token | undefined {
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
