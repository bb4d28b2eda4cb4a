import type { TextRange } from './query-error.ts';
import type { Value } from './value.ts';

export type UnaryOperator = 'NOT' | '-' | '+' | '~';
export type BinaryOperator =
  | ('OR' | 'AND' | '??' | '||')
  | ('=' | '!=' | '<' | '<=' | '>' | '>=')
  | ('+' | '-' | '*' | '/' | '%' | '&' | '|' | '^');
/** A subquery's results as one value: its only one, whether there are any, or all of them. */
export type SubqueryForm = 'scalar' | 'exists' | 'array';

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'parameter'; readonly name: string; readonly range: TextRange }
  | { readonly kind: 'name'; readonly name: string; readonly range: TextRange }
  | { readonly kind: 'member'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'in'; readonly operand: Expression; readonly choices: readonly Expression[] }
  | {
      readonly kind: 'like';
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escapeCharacter: string;
    }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly properties: readonly (readonly [string, Expression])[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly operands: readonly Expression[];
      readonly range: TextRange;
    }
  | { readonly kind: 'subquery'; readonly form: SubqueryForm; readonly query: Query };

export interface SelectItem {
  readonly expression: Expression;
  readonly name: string;
  readonly range: TextRange;
}

export type Selection =
  | { readonly kind: 'star'; readonly range: TextRange }
  | { readonly kind: 'value'; readonly expression: Expression }
  | { readonly kind: 'list'; readonly items: readonly SelectItem[] };

/** Where rows come from: a path below a name, or a subquery. */
export type Collection =
  | {
      readonly kind: 'path';
      readonly root: string;
      readonly steps: readonly (string | number)[];
      readonly range: TextRange;
    }
  | { readonly kind: 'subquery'; readonly query: Query };

/** One element of FROM and JOIN: `alias` is bound to the collection, or with `iterates` to each element of its arrays. */
export interface Source {
  readonly alias: string | undefined;
  readonly iterates: boolean;
  readonly collection: Collection;
}

export interface OrderItem {
  readonly expression: Expression;
  readonly descending: boolean;
}

export interface Query {
  readonly distinct: boolean;
  readonly top: Expression | undefined;
  readonly selection: Selection;
  readonly sources: readonly Source[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly offset: Expression | undefined;
  readonly limit: Expression | undefined;
}
