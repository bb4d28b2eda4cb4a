import { badRequest } from '../cosmos-error.ts';
import { isObject, type Json, type JsonObject, memberOf, type Value } from '../query/value.ts';
import type { Patch, PatchOperation } from './patch-request.ts';

/**
 * Changes `content` in place, operation by operation.
 * @throws {CosmosError} at the first one that cannot be done
 */
export function applyPatch(content: JsonObject, { operations }: Patch): void {
  for (const operation of operations) {
    const apply = Object.hasOwn(appliers, operation.op) ? appliers[operation.op] : undefined;
    if (apply === undefined) throw badRequest(`The patch operation '${operation.op}' is not known.`);
    apply(targetOf(content, operation.path), operation, content);
  }
}

type Applier = (target: Target, operation: PatchOperation, content: JsonObject) => void;

const appliers: Readonly<Record<string, Applier>> = {
  add: (target, operation) => insert(target, given(operation)),
  set: (target, operation) => write(target, given(operation)),
  replace(target, operation) {
    existing(target);
    write(target, given(operation));
  },
  remove(target) {
    existing(target);
    remove(target);
  },
  incr: (target, { value }) => write(target, incremented(target, value)),
  move(_, { path, from = '' }, content) {
    const source = targetOf(content, from);
    const moved = existing(source);
    remove(source);
    insert(targetOf(content, path), moved);
  },
};

/** A place in a document: a property, or an index up to the array's length. */
interface Target {
  readonly parent: JsonObject | Json[];
  readonly key: string | number;
  readonly path: string;
}

function targetOf(content: JsonObject, path: string): Target {
  const names = path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop();
  const parent = names.reduce<Value>((value, name) => memberOf(value, keyIn(value, name)), content);
  if (last === undefined || last === '') throw badRequest(`The path '${path}' names nothing.`);
  if (Array.isArray(parent)) return { parent, key: indexIn(parent, last, path), path };
  if (!isObject(parent)) throw badRequest(`The path '${path}' does not exist: nothing holds its last part.`);
  return { parent, key: last, path };
}

const keyIn = (value: Value, name: string) => (Array.isArray(value) ? Number(name) : name);

function indexIn(parent: Json[], name: string, path: string): number {
  const index = name === '-' ? parent.length : Number(name);
  if (Number.isInteger(index) && index >= 0 && index <= parent.length) return index;
  throw badRequest(`The path '${path}' is out of range: the array has ${parent.length} elements.`);
}

function given({ op, path, value }: PatchOperation): Json {
  if (value === undefined) throw badRequest(`The patch operation ${op} at '${path}' needs a value.`);
  return value;
}

function existing({ parent, key, path }: Target): Json {
  const value = memberOf(parent, key);
  if (value === undefined) throw badRequest(`The path '${path}' does not exist.`);
  return value;
}

function incremented(target: Target, step: Value): number {
  const value = memberOf(target.parent, target.key) ?? 0;
  if (typeof value === 'number' && typeof step === 'number') return value + step;
  throw badRequest(`The patch operation incr at '${target.path}' needs numbers.`);
}

/** Defined rather than assigned, so that a property called `__proto__` is one like any other. */
function write({ parent, key }: Target, value: Json): void {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
}

function insert(target: Target, value: Json): void {
  if (Array.isArray(target.parent)) target.parent.splice(target.key as number, 0, value);
  else write(target, value);
}

function remove({ parent, key }: Target): void {
  if (Array.isArray(parent)) parent.splice(key as number, 1);
  else delete parent[key];
}
