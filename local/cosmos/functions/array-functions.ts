import { areEqual, isObject, type Json, keyOf, type Value } from '../query/value.ts';
import { type FunctionFamily, scalarFunction } from './scalar-function.ts';

/** With `partly` an object is contained when an element has at least its properties. */
function contains(array: Value, sought: Value, partly: Value): Value {
  if (!Array.isArray(array) || sought === undefined) return undefined;
  const matches = partly === true && isObject(sought) ? hasPropertiesOf(sought) : undefined;
  return array.some((element) => areEqual(element, sought) || matches?.(element) === true);
}

const hasPropertiesOf = (sought: Record<string, Json>) => (element: Json) =>
  isObject(element) &&
  Object.keys(sought).every((name) => Object.hasOwn(element, name) && areEqual(element[name], sought[name]));

const containsSome = (array: Value, ...sought: Value[]) =>
  Array.isArray(array) ? sought.some((value) => contains(array, value, false) === true) : undefined;

const containsAll = (array: Value, ...sought: Value[]) =>
  Array.isArray(array) ? sought.every((value) => contains(array, value, false) === true) : undefined;

function concat(...arrays: Value[]): Value {
  return arrays.every(Array.isArray) ? arrays.flat(1) : undefined;
}

/** `start` counts from the end when negative; `length` is a number of elements. */
function slice(array: Value, start: Value, length: Value = Number.POSITIVE_INFINITY): Value {
  if (!Array.isArray(array) || typeof start !== 'number' || typeof length !== 'number') return undefined;
  const from = start < 0 ? Math.max(0, array.length + start) : start;
  return length <= 0 ? [] : array.slice(from, from + length);
}

function distinct(elements: readonly Json[]): Json[] {
  return [...new Map(elements.map((element) => [keyOf(element), element])).values()];
}

function intersect(left: Value, right: Value): Value {
  if (!Array.isArray(left) || !Array.isArray(right)) return undefined;
  const keys = new Set(right.map(keyOf));
  return distinct(left.filter((element) => keys.has(keyOf(element))));
}

function union(left: Value, right: Value): Value {
  return Array.isArray(left) && Array.isArray(right) ? distinct([...left, ...right]) : undefined;
}

/** Functions of arrays. */
export const arrayFunctions: FunctionFamily = {
  ARRAY_CONCAT: scalarFunction(2, Number.POSITIVE_INFINITY, concat),
  ARRAY_CONTAINS: scalarFunction(2, 3, contains),
  ARRAY_CONTAINS_ALL: scalarFunction(2, Number.POSITIVE_INFINITY, containsAll),
  ARRAY_CONTAINS_ANY: scalarFunction(2, Number.POSITIVE_INFINITY, containsSome),
  ARRAY_LENGTH: scalarFunction(1, 1, (array) => (Array.isArray(array) ? array.length : undefined)),
  ARRAY_SLICE: scalarFunction(2, 3, slice),
  SETINTERSECT: scalarFunction(2, 2, intersect),
  SETUNION: scalarFunction(2, 2, union),
};
