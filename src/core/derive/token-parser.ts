import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import type { Word } from './cut-tokens.ts';
import { Malformed, malformed } from './malformed.ts';

/** Goes over the words of a text, looking one word ahead. */
export abstract class TokenParser<Kind extends string> {
  readonly #tokens: readonly Word<Kind>[];
  #position = 0;
  #depth = 0;

  /** @param tokens of which the last is `end` */
  constructor(tokens: readonly Word<Kind>[]) {
    this.#tokens = tokens;
  }

  protected get next(): Word<Kind> {
    return this.#tokens[this.#position]!;
  }

  protected take(): Word<Kind> {
    const token = this.next;
    this.#position++;
    return token;
  }

  /** Whether this symbol or reserved word comes next; it is taken then. */
  protected accept(text: string): boolean {
    const { kind, text: next } = this.next;
    const isNext = (kind === 'symbol' || kind === 'word') && next === text;
    if (isNext) this.#position++;
    return isNext;
  }

  protected expect(symbol: string, expected: string): void {
    if (!this.accept(symbol)) throw this.unexpected(expected);
  }

  /** One level deeper; texts of others must not exhaust the stack. */
  protected inside<Part>(read: () => Part): Part {
    this.#depth++;
    if (this.#depth > limits.expressionDepthMax) {
      throw this.unexpected(`at most ${limits.expressionDepthMax} parts inside each other`);
    }
    const part = read();
    this.#depth--;
    return part;
  }

  protected unexpected(expected: string): Malformed {
    return malformed(this.next.at, expected, this.next.text);
  }
}

/** @returns what comes of a text that is not too long, or what is wrong at which character */
export function parseText<Parsed>(text: string, parse: (text: string) => Parsed): Parsed | Fault {
  try {
    if (text.length > limits.expressionCharactersMax) {
      throw malformed(limits.expressionCharactersMax, 'the end', `${text.length} characters in all`);
    }
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof Malformed) return thrown.fault;
    throw thrown;
  }
}
