import { describeValue, type Fault } from '../fault.ts';
import { jsonBoundsFault } from '../formats/json-bounds.ts';
import { parseJson } from '../formats/json-text.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a body, within its bounds. */
export function readJsonBody(body: Uint8Array): { readonly value: unknown } | Refusal {
  const bounds = jsonBoundsFault(body);
  if (bounds !== undefined) return refusalOf([bounds]);
  const json = parseJson(body);
  return 'fault' in json ? refusalOf([json.fault]) : json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of an object's own member; undefined when there is none. */
export const memberOf = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** What is wrong with a body that is JSON. */
export const malformed = (path: string, expected: string, got: unknown): Fault => ({
  code: 'request.malformed',
  path,
  expected,
  got: describeKind(got),
});

/** A value for a message: lists and objects, which may be large, by their kind alone. */
export function describeKind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isObject(value) ? 'an object' : describeValue(value);
}
