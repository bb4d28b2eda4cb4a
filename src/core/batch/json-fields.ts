import { isJsonPointer, pointerSteps } from '../fault.ts';
import type { Layout, Slot } from './layout.ts';

/** Where the value of a name goes. */
export interface Field {
  readonly index: number;
  /** undefined for the key of the record. */
  readonly slot: Slot | undefined;
}

/**
 * Where the values of the names of a layout go.
 * @returns undefined where that is for the long way: a key that is a feature too has two places to go, and a JSON Pointer
 *   may mean a field
 */
export function fieldsOf({ slots, keyNames }: Layout): ReadonlyMap<string, Field> | undefined {
  const fields = new Map<string, Field>();
  slots.forEach((slot, index) => {
    for (const name of [slot.feature.name, ...(slot.feature.aliases ?? [])]) fields.set(name, { index, slot });
  });
  const isShared = keyNames.some((name) => fields.has(name));
  const mayPointToFields = [...fields.keys(), ...keyNames].some(
    (name) => isJsonPointer(name) && pointerSteps(name).length === 1,
  );
  if (isShared || mayPointToFields) return undefined;
  for (const name of keyNames) fields.set(name, { index: slots.length, slot: undefined });
  return fields;
}
