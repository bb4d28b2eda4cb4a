import { QueryError, type TextRange } from '../query/query-error.ts';
import { arrayFunctions } from './array-functions.ts';
import { conversionFunctions } from './conversion-functions.ts';
import { dateTimeFunctions } from './date-time-functions.ts';
import { mathFunctions } from './math-functions.ts';
import { type FunctionFamily, type ScalarFunction, scalarFunction } from './scalar-function.ts';
import { stringFunctions } from './string-functions.ts';
import { typeFunctions } from './type-functions.ts';

const conditionalFunctions: FunctionFamily = {
  IIF: scalarFunction(3, 3, (test, then, otherwise) => (test === true ? then : otherwise)),
};

const table = new Map<string, ScalarFunction>(
  [
    typeFunctions,
    stringFunctions,
    conversionFunctions,
    mathFunctions,
    arrayFunctions,
    dateTimeFunctions,
    conditionalFunctions,
  ].flatMap((family) => Object.entries(family)),
);

/**
 * The function of a name for a number of operands.
 * @throws {QueryError} when there is none
 */
export function findFunction(name: string, operandCount: number, range: TextRange): ScalarFunction {
  const found = table.get(name);
  if (found === undefined) {
    throw new QueryError(`'${name}' is not a recognized built-in function name.`, range, 'SC2005');
  }
  const { operandsMin, operandsMax } = found;
  if (operandCount < operandsMin || operandCount > operandsMax) {
    const expected = operandsMin === operandsMax ? `${operandsMin}` : `${operandsMin} to ${operandsMax}`;
    throw new QueryError(`The ${name} function takes ${expected} operand(s), got ${operandCount}.`, range);
  }
  return found;
}
