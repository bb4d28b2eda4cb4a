/** What JSON holds. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}
/** What a query computes with: JSON, or undefined for what is not there. */
export type Value = Json | undefined;

export function isObject(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Place of a value's type in the order of the service: undefined, null, boolean, number, string, array, object. */
export function rankOf(value: Value): number {
  switch (typeof value) {
    case 'undefined':
      return 0;
    case 'boolean':
      return 2;
    case 'number':
      return 3;
    case 'string':
      return 4;
    default:
      if (value === null) return 1;
      return Array.isArray(value) ? 5 : 6;
  }
}

/** Text that is equal for equal values and only for them, whatever the order of an object's properties. */
export function keyOf(value: Value): string {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(keyOf).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const properties = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${keyOf(value[name])}`);
  return `{${properties.join()}}`;
}

/** Deep equality; values of two types are never equal. */
export function areEqual(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  return keyOf(left) === keyOf(right);
}

/** Total order over all values, as ORDER BY needs it: first by type, then by value. */
export function compareValues(left: Value, right: Value): number {
  const byType = rankOf(left) - rankOf(right);
  if (byType !== 0) return byType;
  if (typeof left === 'object' && left !== null) return compareOrdered(keyOf(left), keyOf(right));
  return compareOrdered(left as string | number, right as string | number);
}

function compareOrdered<Ordered extends string | number>(left: Ordered, right: Ordered): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** A property or an array's element; undefined when there is none. Inherited names (`constructor`) do not count. */
export function memberOf(value: Value, index: Value): Value {
  if (Array.isArray(value)) return typeof index === 'number' ? value[index] : undefined;
  if (!isObject(value) || typeof index !== 'string') return undefined;
  return Object.hasOwn(value, index) ? value[index] : undefined;
}

/** JSON has no place for an infinite or missing number: such a result is undefined. */
export function finiteOrUndefined(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
