import type { Fault } from '../fault.ts';
import { closestTo } from '../suggest.ts';
import { type Expression, type OperationName, operations } from './expression.ts';
import { functions } from './functions.ts';
import { malformed } from './malformed.ts';
import type { Operation } from './operation.ts';
import { parseText, TokenParser } from './token-parser.ts';
import { type TokenKind, tokenize } from './tokens.ts';

/**
 * Reads an expression: `+ - * /`, `^` (from the right), minus, comparisons, `and`, `or`, `not`, functions, numbers, `pi`
 * and names. A name that is no identifier stands in backticks.
 * @returns the expression, or what is wrong at which character
 */
export function parseExpression(text: string): Expression | Fault {
  return parseText(text, () => {
    const expression = new Parser(tokenize(text)).parse();
    if (namesIn(expression).length === 0) throw malformed(0, 'an expression with at least one column', text);
    return expression;
  });
}

/** The columns that an expression reads, each once, in the order in which they occur. */
export function namesIn(expression: Expression): string[] {
  const names = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'name') names.add(part.name);
    if (part.kind === 'operation') part.operands.forEach(visit);
  };
  visit(expression);
  return [...names];
}

/** How tightly an operator holds its operands. `not` and minus stand before the only one that they have. */
const strengths = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  sum: 5,
  product: 6,
  minus: 7,
  power: 8,
} as const;

/** The strength of each operator between two operands. */
const between: ReadonlyMap<string, number> = new Map([
  ['or', strengths.or],
  ['and', strengths.and],
  ...['<', '<=', '>', '>=', '==', '!='].map((word) => [word, strengths.comparison] as const),
  ...['+', '-'].map((word) => [word, strengths.sum] as const),
  ...['*', '/'].map((word) => [word, strengths.product] as const),
  ['^', strengths.power],
]);

const anOperand = 'a number, a name or "("';

class Parser extends TokenParser<TokenKind> {
  parse(): Expression {
    const expression = this.#operand(0);
    if (this.next.kind !== 'end') throw this.unexpected('an operator or the end');
    return expression;
  }

  /** An operand, with what stands behind it as long as that holds it more tightly than `strength`. */
  #operand(strength: number): Expression {
    return this.inside(() => this.#heldOperand(strength));
  }

  #heldOperand(strength: number): Expression {
    let left = this.#prefixed(strength);
    for (;;) {
      const { at } = this.next;
      const own = this.#strengthOfNext();
      if (own <= strength) break;
      const word = this.take().text as OperationName;
      // What stands above a fraction line may be a minus or a further power.
      const right = this.#operand(own === strengths.power ? strengths.minus - 1 : own);
      left = operation(word, [left, right], at);
      if (own === strengths.comparison && this.#strengthOfNext() === own) {
        throw this.unexpected('"and" between two comparisons, or brackets around one,');
      }
    }
    return left;
  }

  #prefixed(strength: number): Expression {
    const { at } = this.next;
    if (this.accept('-')) return operation('negate', [this.#operand(strengths.minus)], at);
    if (strength <= strengths.not && this.accept('not')) {
      return operation('not', [this.#operand(strengths.not)], at);
    }
    return this.#single();
  }

  #single(): Expression {
    if (this.accept('(')) {
      const inside = this.#operand(0);
      this.expect(')', 'an operator or ")"');
      return inside;
    }
    const { kind, text, at } = this.next;
    if (kind === 'function') return this.#call();
    if (kind === 'name') return { kind, name: this.take().text };
    if (this.accept('pi')) return { kind: 'number', value: Math.PI };
    if (kind !== 'number') throw this.unexpected(anOperand);
    this.take();
    return constant(Number(text), text, at);
  }

  #call(): Expression {
    const { text, at } = this.take();
    if (!Object.hasOwn(functions, text)) {
      const known = Object.keys(functions);
      throw malformed(at, `a function ("${closestTo(text, known) ?? known.join('", "')}")`, text);
    }
    const name = text as keyof typeof functions;
    this.expect('(', '"("');
    const operands = [this.#operand(0)];
    while (this.accept(',')) operands.push(this.#operand(0));
    this.expect(')', 'an operator, "," or ")"');
    const [fewest, most] = functions[name].arity;
    if (operands.length < fewest || operands.length > most) {
      throw malformed(at, `${name} of ${fewest}${most > fewest ? ' or more' : ''}`, `${operands.length} of them`);
    }
    return operation(name, operands, at);
  }

  #strengthOfNext(): number {
    const { kind, text } = this.next;
    return kind === 'symbol' || kind === 'word' ? (between.get(text) ?? 0) : 0;
  }
}

/** The operation on its operands; one without any column is computed at once. */
function operation(name: OperationName, operands: readonly Expression[], at: number): Expression {
  const numbers = operands.flatMap((operand) => (operand.kind === 'number' ? [operand.value] : []));
  if (numbers.length < operands.length) return { kind: 'operation', operation: name, operands };
  const { evaluate }: Operation = operations[name];
  return constant(evaluate(...numbers), `${name} of ${numbers.join(' and ')}`, at);
}

function constant(value: number, text: string, at: number): Expression {
  if (!Number.isFinite(value)) throw malformed(at, 'a finite number', text);
  return { kind: 'number', value };
}
