import { isObject, type Value } from '../query/value.ts';
import { type FunctionFamily, ofString, scalarFunction } from './scalar-function.ts';

/** What a string says in JSON, when that is of the wanted type; else undefined. */
function ofJson(isWanted: (value: Value) => boolean) {
  return ofString((text) => {
    try {
      const value: Value = JSON.parse(text);
      return isWanted(value) ? value : undefined;
    } catch {
      return undefined;
    }
  });
}

function toText(operand: Value): Value {
  return operand === undefined || typeof operand === 'string' ? operand : JSON.stringify(operand);
}

/** Functions between strings and other values. */
export const conversionFunctions: FunctionFamily = {
  STRINGTOARRAY: ofJson(Array.isArray),
  STRINGTOBOOLEAN: ofJson((value) => typeof value === 'boolean'),
  STRINGTONULL: ofJson((value) => value === null),
  STRINGTONUMBER: ofJson((value) => typeof value === 'number'),
  STRINGTOOBJECT: ofJson(isObject),
  TOSTRING: scalarFunction(1, 1, toText),
};
