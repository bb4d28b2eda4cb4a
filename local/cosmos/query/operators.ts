/**
 * Operators as the service has them: an operand of the wrong type, or one that is not there, gives undefined,
 * and a row is kept only when its filter is true.
 */
import type { BinaryOperator, UnaryOperator } from './syntax-tree.ts';
import { areEqual, compareValues, finiteOrUndefined, rankOf, type Value } from './value.ts';

export type BinaryFunction = (left: Value, right: Value) => Value;

const arithmetic =
  (compute: (left: number, right: number) => number): BinaryFunction =>
  (left, right) =>
    typeof left === 'number' && typeof right === 'number' ? finiteOrUndefined(compute(left, right)) : undefined;

/** Values of two types are unequal rather than undefined: the service does so, whatever its documentation's table says. */
const equality =
  (wanted: boolean): BinaryFunction =>
  (left, right) =>
    left === undefined || right === undefined ? undefined : areEqual(left, right) === wanted;

/** Arrays and objects have no order here, and neither have values of two types. */
const inequality =
  (holds: (comparison: number) => boolean): BinaryFunction =>
  (left, right) => {
    const isComparable = left !== undefined && rankOf(left) === rankOf(right) && !isStructured(left);
    return isComparable ? holds(compareValues(left, right)) : undefined;
  };

const isStructured = (value: Value) => typeof value === 'object' && value !== null;

/** `decisive` settles the matter whatever the other side is, even undefined. */
function logical(left: Value, right: Value, decisive: boolean): Value {
  if (left === decisive || right === decisive) return decisive;
  return typeof left === 'boolean' && typeof right === 'boolean' ? !decisive : undefined;
}

export const binaryFunctions: Readonly<Record<BinaryOperator, BinaryFunction>> = {
  AND: (left, right) => logical(left, right, false),
  OR: (left, right) => logical(left, right, true),
  '??': (left, right) => (left === undefined ? right : left),
  '||': (left, right) => (typeof left === 'string' && typeof right === 'string' ? left + right : undefined),
  '=': equality(true),
  '!=': equality(false),
  '<': inequality((comparison) => comparison < 0),
  '<=': inequality((comparison) => comparison <= 0),
  '>': inequality((comparison) => comparison > 0),
  '>=': inequality((comparison) => comparison >= 0),
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '&': arithmetic((left, right) => left & right),
  '|': arithmetic((left, right) => left | right),
  '^': arithmetic((left, right) => left ^ right),
};

export const unaryFunctions: Readonly<Record<UnaryOperator, (operand: Value) => Value>> = {
  NOT: (operand) => (typeof operand === 'boolean' ? !operand : undefined),
  '-': (operand) => (typeof operand === 'number' ? -operand : undefined),
  '+': (operand) => (typeof operand === 'number' ? operand : undefined),
  '~': (operand) => (typeof operand === 'number' ? ~operand : undefined),
};
