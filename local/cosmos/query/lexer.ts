import { QueryError, type TextRange } from './query-error.ts';

export type TokenKind = 'number' | 'string' | 'parameter' | 'name' | 'keyword' | 'symbol' | 'end';

export interface Token extends TextRange {
  readonly kind: TokenKind;
  /** As written, except that keywords are in upper case and string literals are decoded. */
  readonly text: string;
}

/** Reserved in any case of letters: such a name is reached as `c["value"]`, never as `c.value`. */
const keywords = new Set(
  (
    'AND ARRAY AS ASC BETWEEN BY DESC DISTINCT ESCAPE EXISTS FROM GROUP IN JOIN LEFT LIKE LIMIT NOT OFFSET OR ORDER ' +
    'RIGHT SELECT TOP VALUE WHERE'
  ).split(' '),
);
/** Reserved in lower case only, as the service has them. */
const lowerCaseKeywords = new Set(['true', 'false', 'null', 'undefined', 'udf']);

const blank = /(?:\s|--[^\n]*)+/y;
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['string', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy],
  ['parameter', /@[A-Za-z_]\w*/y],
  ['name', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['symbol', /<>|!=|<=|>=|\?\?|\|\||[-+*/%=<>&|^~(){}[\],.:?]/y],
];

/** Cuts a query's text into tokens; the last one is of kind `end`. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let start = 0;
  for (;;) {
    start += matchAt(blank, text, start)?.length ?? 0;
    if (start === text.length) break;
    const token = tokenAt(text, start);
    tokens.push(token);
    start = token.end;
  }
  tokens.push({ kind: 'end', text: '', start, end: start });
  return tokens;
}

function matchAt(pattern: RegExp, text: string, start: number): string | undefined {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0];
}

function tokenAt(text: string, start: number): Token {
  for (const [kind, pattern] of patterns) {
    const found = matchAt(pattern, text, start);
    if (found === undefined) continue;
    const range = { start, end: start + found.length };
    if (kind === 'string') return { kind, text: stringLiteral(found, range), ...range };
    return kind === 'name' ? { ...nameOrKeyword(found), ...range } : { kind, text: found, ...range };
  }
  const shown = text.slice(start, start + 10);
  throw new QueryError(
    `Syntax error, incorrect syntax near '${shown}'.`,
    { start, end: start + shown.length },
    'SC1001',
  );
}

function nameOrKeyword(text: string): { kind: TokenKind; text: string } {
  const upperCase = text.toUpperCase();
  const reserved = keywords.has(upperCase) || lowerCaseKeywords.has(text);
  return reserved ? { kind: 'keyword', text: upperCase } : { kind: 'name', text };
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function stringLiteral(quoted: string, range: TextRange): string {
  return quoted.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (written, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const meant = escapes[code] ?? ('"\'\\/'.includes(code) ? code : undefined);
    if (meant === undefined) {
      throw new QueryError(`Syntax error, invalid escape sequence '${written}' in a string.`, range, 'SC1001');
    }
    return meant;
  });
}
