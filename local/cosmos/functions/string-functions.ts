import type { Value } from '../query/value.ts';
import { type FunctionFamily, ofString, type ScalarFunction, scalarFunction } from './scalar-function.ts';

/** The service gives undefined for longer results of REPLICATE. */
const replicatedLengthMax = 10_000;

/** A test of two strings; a third operand that is true makes it ignore the case of letters. */
function search(holds: (text: string, sought: string) => boolean): ScalarFunction {
  return scalarFunction(2, 3, (text, sought, ignoreCase) => {
    if (typeof text !== 'string' || typeof sought !== 'string') return undefined;
    return ignoreCase === true ? holds(text.toLowerCase(), sought.toLowerCase()) : holds(text, sought);
  });
}

/** A part of a string by a count of characters, which is none when negative. */
function part(take: (text: string, count: number) => string): ScalarFunction {
  return scalarFunction(2, 2, (text, count) => {
    if (typeof text !== 'string' || !Number.isInteger(count)) return undefined;
    return take(text, Math.max(0, count as number));
  });
}

function indexOf(text: Value, sought: Value, from: Value): Value {
  if (typeof text !== 'string' || typeof sought !== 'string') return undefined;
  return text.indexOf(sought, typeof from === 'number' ? from : 0);
}

function substring(text: Value, start: Value, length: Value): Value {
  if (typeof text !== 'string' || typeof start !== 'number' || typeof length !== 'number') return undefined;
  return start < 0 || length <= 0 ? '' : text.slice(start, start + length);
}

function replace(text: Value, sought: Value, replacement: Value): Value {
  if (typeof text !== 'string' || typeof sought !== 'string' || typeof replacement !== 'string') return undefined;
  return sought === '' ? undefined : text.replaceAll(sought, () => replacement);
}

function replicate(text: Value, times: Value): Value {
  if (typeof text !== 'string' || typeof times !== 'number' || times < 0) return undefined;
  return text.length * times > replicatedLengthMax ? undefined : text.repeat(Math.trunc(times));
}

function concat(...texts: Value[]): Value {
  return texts.every((text) => typeof text === 'string') ? texts.join('') : undefined;
}

/** Modifiers are those of JavaScript: `i`, `m` and `s` mean the same to the service; its `x` gives undefined here. */
function regexMatch(text: Value, pattern: Value, modifiers: Value = ''): Value {
  if (typeof text !== 'string' || typeof pattern !== 'string' || typeof modifiers !== 'string') return undefined;
  try {
    return new RegExp(pattern, modifiers).test(text);
  } catch {
    return undefined;
  }
}

/** Functions of strings. Positions and lengths count UTF-16 units from 0. */
export const stringFunctions: FunctionFamily = {
  CONCAT: scalarFunction(2, Number.POSITIVE_INFINITY, concat),
  CONTAINS: search((text, sought) => text.includes(sought)),
  ENDSWITH: search((text, sought) => text.endsWith(sought)),
  INDEX_OF: scalarFunction(2, 3, indexOf),
  LEFT: part((text, count) => text.slice(0, count)),
  LENGTH: ofString((text) => text.length),
  LOWER: ofString((text) => text.toLowerCase()),
  LTRIM: ofString((text) => text.trimStart()),
  REGEXMATCH: scalarFunction(2, 3, regexMatch),
  REPLACE: scalarFunction(3, 3, replace),
  REPLICATE: scalarFunction(2, 2, replicate),
  REVERSE: ofString((text) => [...text].reverse().join('')),
  RIGHT: part((text, count) => text.slice(Math.max(0, text.length - count))),
  RTRIM: ofString((text) => text.trimEnd()),
  STARTSWITH: search((text, sought) => text.startsWith(sought)),
  STRINGEQUALS: search((text, sought) => text === sought),
  SUBSTRING: scalarFunction(3, 3, substring),
  TRIM: ofString((text) => text.trim()),
  UPPER: ofString((text) => text.toUpperCase()),
};
