import { type Fault, pointerTo } from '../../fault.ts';
import { closestTo } from '../../suggest.ts';
import type { Feeds, Tensor, TensorInfo } from '../../tensor.ts';
import { isObject, type JsonObject, malformed } from '../body-json.ts';
import type { TensorModel } from '../dialect.ts';
import { type NamedDims, readNested } from './read-nested.ts';

/** What a call feeds the model with, or what is wrong with it: inputs may have any name, `code` too. */
export type ReadFeeds = { readonly feeds: Feeds } | { readonly fault: Fault };

/**
 * The tensors of a call that names neither types nor shapes:
 *
 *     [[...], ...]                  the one input of the model
 *     {"x": [[...], ...], ...}      each input under its name
 *     [{"x": [...], ...}, ...]      an object an instance, with a value for each input
 *
 * @param at where the value stands in the body
 */
export function feedsOfValue({ inputs }: TensorModel, value: unknown, at: string): ReadFeeds {
  if (isObject(value)) return feedsOfColumns(inputs, value, at, (name, path) => `${at}${pointerTo(name)}${path}`);
  if (!Array.isArray(value))
    return { fault: malformed(at, 'lists in lists, or an object with a member for each input', value) };
  if (isObject(value[0])) return feedsOfInstances(inputs, value, at);
  const [only, ...others] = inputs as [TensorInfo, ...TensorInfo[]];
  if (others.length > 0) return { fault: malformed(at, `a member for each of ${namesOf(inputs)}`, value) };
  return feedsOfColumns([only], { [only.name]: value }, at, (_, path) => `${at}${path}`);
}

/** Each column is one input for all instances: a value's place is the instance first, then the name. */
function feedsOfInstances(inputs: readonly TensorInfo[], instances: readonly unknown[], at: string): ReadFeeds {
  const columns = Object.fromEntries(inputs.map(({ name }) => [name, [] as unknown[]]));
  for (const [i, instance] of instances.entries()) {
    if (!isObject(instance)) return { fault: malformed(`${at}/${i}`, `an object with ${namesOf(inputs)}`, instance) };
    const fault = wrongNames(inputs, instance, `${at}/${i}`);
    if (fault !== undefined) return { fault };
    for (const { name } of inputs) columns[name]?.push(instance[name]);
  }
  return feedsOfColumns(inputs, columns, at, (name, path) => {
    const [, row = '', ...rest] = path.split('/');
    return row === '' ? at : `${at}/${row}${pointerTo(name, ...rest)}`;
  });
}

function feedsOfColumns(
  inputs: readonly TensorInfo[],
  columns: JsonObject,
  at: string,
  placeOf: (name: string, path: string) => string,
): ReadFeeds {
  const fault = wrongNames(inputs, columns, at);
  if (fault !== undefined) return { fault };
  const dims: NamedDims = new Map();
  const feeds: Record<string, Tensor> = {};
  for (const info of inputs) {
    const tensor = readNested(info, columns[info.name], dims);
    if ('code' in tensor) return { fault: { ...tensor, path: placeOf(info.name, tensor.path) } };
    feeds[info.name] = tensor;
  }
  return { feeds };
}

/** Each input once, and nothing else. */
function wrongNames(inputs: readonly TensorInfo[], given: JsonObject, at: string): Fault | undefined {
  const names = inputs.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const expected = `an input of the model ("${closestTo(unknown, names) ?? names.join('", "')}")`;
    return {
      code: 'tensor.unknown',
      path: `${at}${pointerTo(unknown)}`,
      expected,
      got: JSON.stringify(unknown.slice(0, 80)),
    };
  }
  const missing = names.find((name) => !Object.hasOwn(given, name));
  if (missing === undefined) return undefined;
  return { code: 'tensor.missing', path: at, expected: `the input "${missing}"`, got: 'nothing' };
}

const namesOf = (inputs: readonly TensorInfo[]) => inputs.map(({ name }) => JSON.stringify(name)).join(', ');
