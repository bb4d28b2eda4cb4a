import { isObject, rankOf, type Value } from '../query/value.ts';
import { type FunctionFamily, scalarFunction } from './scalar-function.ts';

const check = (holds: (operand: Value) => boolean) => scalarFunction(1, 1, holds);
const isPrimitive = (operand: Value) => operand !== undefined && rankOf(operand) < rankOf([]);

/** Functions that ask for a value's type; they alone answer false, not undefined, for what is not there. */
export const typeFunctions: FunctionFamily = {
  IS_DEFINED: check((operand) => operand !== undefined),
  IS_NULL: check((operand) => operand === null),
  IS_BOOL: check((operand) => typeof operand === 'boolean'),
  IS_NUMBER: check((operand) => typeof operand === 'number'),
  IS_FINITE_NUMBER: check((operand) => Number.isFinite(operand)),
  IS_INTEGER: check((operand) => Number.isInteger(operand)),
  IS_STRING: check((operand) => typeof operand === 'string'),
  IS_ARRAY: check((operand) => Array.isArray(operand)),
  IS_OBJECT: check(isObject),
  IS_PRIMITIVE: check(isPrimitive),
};
