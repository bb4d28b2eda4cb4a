import { memberOf, type Value } from '../query/value.ts';

/** The names in a path such as `/nested/"quoted name"`. */
export function propertyNames(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((name) => name.replace(/^"(.*)"$/, '$1'));
}

export function valueAt(document: Value, names: readonly string[]): Value {
  return names.reduce<Value>(memberOf, document);
}
