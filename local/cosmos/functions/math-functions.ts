import { finiteOrUndefined, type Value } from '../query/value.ts';
import { type FunctionFamily, scalarFunction } from './scalar-function.ts';

const ofNumber = (compute: (x: number) => number) =>
  scalarFunction(1, 1, (x) => (typeof x === 'number' ? finiteOrUndefined(compute(x)) : undefined));

const ofNumbers = (compute: (x: number, y: number) => number) =>
  scalarFunction(2, 2, (x, y) =>
    typeof x === 'number' && typeof y === 'number' ? finiteOrUndefined(compute(x, y)) : undefined,
  );

/** A half is rounded away from zero, which Math.round does for positive numbers only. */
const roundHalfAway = (x: number) => Math.sign(x) * Math.round(Math.abs(x));

function logarithm(x: Value, base: Value = Math.E): Value {
  if (typeof x !== 'number' || typeof base !== 'number') return undefined;
  return finiteOrUndefined(base === Math.E ? Math.log(x) : Math.log(x) / Math.log(base));
}

/** Functions of numbers; undefined where the result is none. */
export const mathFunctions: FunctionFamily = {
  ABS: ofNumber(Math.abs),
  ACOS: ofNumber(Math.acos),
  ASIN: ofNumber(Math.asin),
  ATAN: ofNumber(Math.atan),
  ATN2: ofNumbers(Math.atan2),
  CEILING: ofNumber(Math.ceil),
  COS: ofNumber(Math.cos),
  COT: ofNumber((x) => 1 / Math.tan(x)),
  DEGREES: ofNumber((x) => (x * 180) / Math.PI),
  EXP: ofNumber(Math.exp),
  FLOOR: ofNumber(Math.floor),
  LOG: scalarFunction(1, 2, logarithm),
  LOG10: ofNumber(Math.log10),
  PI: scalarFunction(0, 0, () => Math.PI),
  POWER: ofNumbers((x, y) => x ** y),
  RADIANS: ofNumber((x) => (x * Math.PI) / 180),
  RAND: scalarFunction(0, 0, Math.random),
  ROUND: ofNumber(roundHalfAway),
  SIGN: ofNumber(Math.sign),
  SIN: ofNumber(Math.sin),
  SQRT: ofNumber(Math.sqrt),
  SQUARE: ofNumber((x) => x * x),
  TAN: ofNumber(Math.tan),
  TRUNC: ofNumber(Math.trunc),
};
