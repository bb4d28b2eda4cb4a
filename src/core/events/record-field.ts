import { isJsonPointer, pointerSteps } from '../fault.ts';

/** The steps to a field of a record: its name, or a JSON pointer. */
export const stepsOf = (field: string): readonly string[] => (isJsonPointer(field) ? pointerSteps(field) : [field]);

/** What a record has in a field of its own; undefined when it has none. */
export function valueAt(record: unknown, field: string): unknown {
  let value = record;
  for (const step of stepsOf(field)) {
    const isInside = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
    value = isInside ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
  }
  return value;
}
