import { type Token, type TokenKind, tokensOf } from './lexer.ts';
import { QueryError, type TextRange } from './query-error.ts';

/** How deep parentheses, subqueries and operators may nest: deeper ones would exhaust the stack of a recursive parser. */
const depthMax = 200;

/** Reads tokens one after the other, with one token of look-ahead. */
export class TokenReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get current(): Token {
    return this.#tokens[this.#next]!;
  }

  /** The token after the current one. */
  get following(): Token {
    return this.#tokens[this.#next + 1] ?? this.current;
  }

  get previousEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  advance(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  /** Whether the current token is one of these keywords or symbols. */
  at(...texts: readonly string[]): boolean {
    const { kind, text } = this.current;
    return (kind === 'keyword' || kind === 'symbol') && texts.includes(text);
  }

  /** Takes the current token when it is this keyword or symbol. */
  accept(text: string): boolean {
    if (!this.at(text)) return false;
    this.advance();
    return true;
  }

  /** @throws {QueryError} when another token is there */
  expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  /** @throws {QueryError} when a token of another kind is there */
  take(kind: TokenKind): Token {
    return this.current.kind === kind ? this.advance() : this.fail();
  }

  /** From a start to the end of the token taken last. */
  rangeFrom(start: number): TextRange {
    return { start, end: this.previousEnd };
  }

  /** One or more elements between commas. */
  list<Element>(element: () => Element): Element[] {
    const elements = [element()];
    while (this.accept(',')) elements.push(element());
    return elements;
  }

  /** Runs a part of the grammar that contains itself. */
  nested<Result>(parse: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > depthMax) {
      const { start, end } = this.current;
      throw new QueryError(`The query nests deeper than ${depthMax} levels.`, { start, end });
    }
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  fail(): never {
    const { kind, start, end } = this.current;
    if (kind === 'end') throw new QueryError('Syntax error, unexpected end-of-file.', { start, end }, 'SC1002');
    const written = this.#text.slice(start, end);
    throw new QueryError(`Syntax error, incorrect syntax near '${written}'.`, { start, end }, 'SC1001');
  }
}
