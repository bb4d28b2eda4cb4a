import { aggregateNames } from './aggregates.ts';
import type { Evaluate } from './frame.ts';
import { NameScope } from './name-scope.ts';
import { QueryError } from './query-error.ts';
import type { Expression } from './syntax-tree.ts';

type Call = Extract<Expression, { kind: 'call' }>;

/** An aggregate of the select list: its values come from `operand`, its result goes into `slot`. */
export interface AggregateCall {
  readonly name: string;
  readonly operand: Evaluate;
  readonly slot: number;
}

/** What one (sub)query gathers while its expressions are compiled. */
export class QueryScope {
  readonly names: NameScope;
  readonly aggregates: AggregateCall[] = [];
  /** Aggregates belong into the select list, and not into one another. */
  #takesAggregates = false;

  constructor(parent?: QueryScope) {
    this.names = new NameScope(parent?.names);
  }

  isAggregate(call: Call): boolean {
    return aggregateNames.has(call.name);
  }

  /** Compiles what may hold aggregates. */
  withAggregates<Result>(compile: () => Result): Result {
    return this.#during(true, compile);
  }

  /** The slot that will hold the aggregate's result. */
  addAggregate(call: Call, compileOperand: (operand: Expression) => Evaluate): number {
    const { name, operands, range } = call;
    if (!this.#takesAggregates) throw new QueryError(`The aggregate ${name} is not allowed here.`, range);
    const [operand] = operands;
    if (operand === undefined || operands.length > 1) {
      throw new QueryError(`The ${name} function takes 1 operand(s), got ${operands.length}.`, range);
    }
    const slot = this.names.newSlot();
    this.aggregates.push({ name, operand: this.#during(false, () => compileOperand(operand)), slot });
    return slot;
  }

  #during<Result>(takesAggregates: boolean, compile: () => Result): Result {
    const before = this.#takesAggregates;
    this.#takesAggregates = takesAggregates;
    try {
      return compile();
    } finally {
      this.#takesAggregates = before;
    }
  }
}
