import { badRequest } from '../cosmos-error.ts';
import { limits } from '../limits.ts';
import { isObject, type Json, type JsonObject, type Value } from '../query/value.ts';
import { propertyNames, valueAt } from './property-path.ts';

/** A key of a logical partition: its values as a JSON array, `{}` where a document has none. Equal keys are equal texts. */
export type PartitionKey = string;

/** Reads partition keys of one container from documents and from requests. */
export class PartitionKeyReader {
  readonly #paths: readonly (readonly string[])[];

  constructor(paths: readonly string[]) {
    this.#paths = paths.map(propertyNames);
  }

  /** @throws {CosmosError} when a key is an array or an object, or too long */
  ofDocument(body: JsonObject): PartitionKey {
    return textOf(this.#paths.map((path) => valueAt(body, path)));
  }

  /**
   * A whole key as requests name it.
   * @throws {CosmosError} when it is malformed, or has fewer values than the container's key
   */
  parse(text: string | undefined): PartitionKey {
    if (text === undefined) throw badRequest('PartitionKey value must be supplied for this operation.');
    const values = valuesOf(text);
    if (values.length !== this.#paths.length) {
      throw badRequest(`The partition key has ${values.length} value(s), the container's has ${this.#paths.length}.`);
    }
    return textOf(values);
  }

  /** A test for the documents of a key, which may name only the first values of a hierarchical one. */
  matcher(text: string): (key: PartitionKey) => boolean {
    const values = valuesOf(text);
    if (values.length >= this.#paths.length) {
      const whole = this.parse(text);
      return (key) => key === whole;
    }
    const prefix = `${textOf(values).slice(0, -1)},`;
    return (key) => key.startsWith(prefix);
  }

  /** Whether a key names all values. */
  isWhole(text: string): boolean {
    return valuesOf(text).length === this.#paths.length;
  }
}

function valuesOf(text: string): Json[] {
  try {
    const values: unknown = JSON.parse(text);
    if (Array.isArray(values) && values.length > 0) return values;
  } catch {
    // Falls through to the same answer as any other text that is no array.
  }
  throw badRequest(`The partition key must be a JSON array of values, got ${text}.`);
}

function textOf(values: readonly Value[]): PartitionKey {
  const text = JSON.stringify(values.map(keyValue));
  if (Buffer.byteLength(text) > limits.partitionKeyBytesMax) {
    throw badRequest(`The partition key is longer than ${limits.partitionKeyBytesMax} bytes.`);
  }
  return text;
}

function keyValue(value: Value): Json {
  if (value === undefined) return {};
  const isMissing = isObject(value) && Object.keys(value).length === 0;
  if (typeof value !== 'object' || value === null || isMissing) return value;
  throw badRequest(`A partition key is a string, number, boolean or null, got ${JSON.stringify(value).slice(0, 100)}.`);
}
