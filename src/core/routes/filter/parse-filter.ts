import { malformed } from '../../derive/malformed.ts';
import { parseText, TokenParser } from '../../derive/token-parser.ts';
import type { Fault } from '../../fault.ts';
import { type Comparison, type Filter, namesIn, type Operand } from './filter.ts';
import { type TokenKind, tokenize } from './tokens.ts';

/**
 * Reads a filter over scores: names of outputs, numbers, texts in quotes, `true`, `false`, the comparisons
 * `= != < <= > >=`, `and`, `or`, `not` and brackets.
 * @returns the filter, or what is wrong at which character
 */
export function parseFilter(text: string): Filter | Fault {
  return parseText(text, () => {
    const filter = new Parser(tokenize(text)).parse();
    if (namesIn(filter).length === 0) throw malformed(0, 'a question about at least one output', text);
    return filter;
  });
}

const comparisons: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const anOperand = 'a name, a number, a text in quotes, "not" or "("';

class Parser extends TokenParser<TokenKind> {
  parse(): Filter {
    const filter = this.#any();
    if (this.next.kind !== 'end') throw this.unexpected('"and", "or" or the end');
    return filter;
  }

  #any(): Filter {
    return this.inside(() => this.#joined('or', () => this.#joined('and', () => this.#single())));
  }

  /** Parts with this word between them. */
  #joined(kind: 'and' | 'or', part: () => Filter): Filter {
    const first = part();
    const parts = [first];
    while (this.accept(kind)) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  }

  #single(): Filter {
    if (this.accept('not')) return { kind: 'not', part: this.inside(() => this.#single()) };
    if (this.accept('(')) {
      const inside = this.#any();
      this.expect(')', '"and", "or" or ")"');
      return inside;
    }
    const left = this.#operand();
    const { kind, text } = this.next;
    if (kind !== 'symbol' || !comparisons.has(text)) {
      if (left.kind === 'name') return { kind: 'holds', operand: left };
      throw this.unexpected('a comparison');
    }
    this.take();
    const right = this.#operand();
    if (this.next.kind === 'symbol' && comparisons.has(this.next.text))
      throw this.unexpected('"and" between two comparisons');
    return { kind: 'compare', comparison: text as Comparison, left, right };
  }

  #operand(): Operand {
    const { kind, text } = this.next;
    if (kind === 'name') return { kind, name: this.take().text };
    if (kind === 'text') return this.#constant(text);
    if (kind === 'number') return this.#constant(Number(text));
    if (kind === 'word' && (text === 'true' || text === 'false')) return this.#constant(text === 'true');
    throw this.unexpected(anOperand);
  }

  #constant(value: string | number | boolean): Operand {
    this.take();
    return { kind: 'constant', value };
  }
}
