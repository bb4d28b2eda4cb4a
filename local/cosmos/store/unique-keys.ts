import { keyOf } from '../query/value.ts';
import type { StoredDocument } from './document.ts';
import { propertyNames, valueAt } from './property-path.ts';

/** Values that no two documents of a logical partition may share. A missing value counts as null, as in the service. */
export class UniqueKeys {
  readonly #keys: readonly (readonly (readonly string[])[])[];
  readonly #holders = new Map<string, string>();

  constructor(keys: readonly (readonly string[])[]) {
    this.#keys = keys.map((paths) => paths.map(propertyNames));
  }

  /** The ids of the documents that hold a value of this one. */
  holders(document: StoredDocument): string[] {
    return this.#valuesOf(document).flatMap((value) => this.#holders.get(value) ?? []);
  }

  add(document: StoredDocument): void {
    for (const value of this.#valuesOf(document)) this.#holders.set(value, document.id);
  }

  delete(document: StoredDocument): void {
    for (const value of this.#valuesOf(document)) this.#holders.delete(value);
  }

  #valuesOf({ partition, body }: StoredDocument): string[] {
    return this.#keys.map((paths, number) =>
      [number, partition, ...paths.map((path) => keyOf(valueAt(body, path) ?? null))].join('|'),
    );
  }
}
