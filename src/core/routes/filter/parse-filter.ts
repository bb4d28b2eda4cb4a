import { Malformed, malformed } from '../../derive/malformed.ts';
import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import { type Comparison, type Filter, namesIn, type Operand } from './filter.ts';
import { type Token, tokenize } from './tokens.ts';

/**
 * Reads a filter over scores: names of outputs, numbers, texts in quotes, `true`, `false`, the comparisons
 * `= != < <= > >=`, `and`, `or`, `not` and brackets.
 * @returns the filter, or what is wrong at which character
 */
export function parseFilter(text: string): Filter | Fault {
  try {
    if (text.length > limits.expressionCharactersMax) {
      throw malformed(limits.expressionCharactersMax, 'the end', `${text.length} characters in all`);
    }
    const filter = new Parser(tokenize(text)).parse();
    if (namesIn(filter).length === 0) throw malformed(0, 'a question about at least one output', text);
    return filter;
  } catch (thrown) {
    if (thrown instanceof Malformed) return thrown.fault;
    throw thrown;
  }
}

const comparisons: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const anOperand = 'a name, a number, a text in quotes, "not" or "("';

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Filter {
    const filter = this.#any();
    if (this.#next.kind !== 'end') throw this.#unexpected('"and", "or" or the end');
    return filter;
  }

  #any(): Filter {
    return this.#inside(() => this.#joined('or', () => this.#joined('and', () => this.#single())));
  }

  /** One level deeper; texts of others must not exhaust the stack. */
  #inside(read: () => Filter): Filter {
    this.#depth++;
    if (this.#depth > limits.expressionDepthMax) {
      throw this.#unexpected(`at most ${limits.expressionDepthMax} parts inside each other`);
    }
    const filter = read();
    this.#depth--;
    return filter;
  }

  /** Parts with this word between them. */
  #joined(kind: 'and' | 'or', part: () => Filter): Filter {
    const first = part();
    const parts = [first];
    while (this.#accept('word', kind)) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  }

  #single(): Filter {
    if (this.#accept('word', 'not')) return { kind: 'not', part: this.#inside(() => this.#single()) };
    if (this.#accept('symbol', '(')) {
      const inside = this.#any();
      if (!this.#accept('symbol', ')')) throw this.#unexpected('"and", "or" or ")"');
      return inside;
    }
    const left = this.#operand();
    const { kind, text } = this.#next;
    if (kind !== 'symbol' || !comparisons.has(text)) {
      if (left.kind === 'name') return { kind: 'holds', operand: left };
      throw this.#unexpected('a comparison');
    }
    this.#position++;
    const right = this.#operand();
    if (this.#next.kind === 'symbol' && comparisons.has(this.#next.text))
      throw this.#unexpected('"and" between two comparisons');
    return { kind: 'compare', comparison: text as Comparison, left, right };
  }

  #operand(): Operand {
    const { kind, text } = this.#next;
    if (kind === 'name') return this.#take({ kind, name: text });
    if (kind === 'text') return this.#take({ kind: 'constant', value: text });
    if (kind === 'number') return this.#take({ kind: 'constant', value: Number(text) });
    if (kind === 'word' && (text === 'true' || text === 'false'))
      return this.#take({ kind: 'constant', value: text === 'true' });
    throw this.#unexpected(anOperand);
  }

  #take(operand: Operand): Operand {
    this.#position++;
    return operand;
  }

  get #next(): Token {
    return this.#tokens[this.#position] as Token;
  }

  /** Whether this comes next; it is taken then. */
  #accept(kind: 'word' | 'symbol', text: string): boolean {
    const isNext = this.#next.kind === kind && this.#next.text === text;
    if (isNext) this.#position++;
    return isNext;
  }

  #unexpected(expected: string): Malformed {
    return malformed(this.#next.at, expected, this.#next.text);
  }
}
