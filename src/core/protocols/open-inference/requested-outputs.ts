import { type Fault, pointerTo } from '../../fault.ts';
import { limits } from '../../limits.ts';
import { isObject, malformed, memberOf } from '../body-json.ts';

/** An output that a call asks for, and how it is to come back. */
export interface RequestedOutput {
  readonly name: string;
  readonly isBinary: boolean;
  /** So many of the largest values as texts `value:index:label`, in the place of the values; 0: the values. */
  readonly classes: number;
  /** Where it stands in the body. */
  readonly at: string;
}

/** @param isBinary what holds for outputs that do not say it themselves */
export function readRequestedOutputs(
  outputs: unknown,
  isBinary: boolean,
): readonly RequestedOutput[] | Fault | undefined {
  if (outputs === undefined || outputs === null) return undefined;
  if (!Array.isArray(outputs) || outputs.length > limits.tensorsMax) {
    return malformed('/outputs', `a list of at most ${limits.tensorsMax} outputs`, outputs);
  }
  const read: RequestedOutput[] = [];
  for (const [i, output] of outputs.entries()) {
    const at = pointerTo('outputs', i);
    const each = readOutput(output, isBinary, at);
    if ('code' in each) return each;
    if (read.some(({ name }) => name === each.name)) return malformed(`${at}/name`, 'each output once', each.name);
    read.push(each);
  }
  return read.length === 0 ? undefined : read;
}

function readOutput(output: unknown, isBinary: boolean, at: string): RequestedOutput | Fault {
  const name = isObject(output) ? memberOf(output, 'name') : undefined;
  if (typeof name !== 'string') return malformed(`${at}/name`, 'the name of an output', name);
  const parameters = memberOf(output as object as Record<string, unknown>, 'parameters');
  if (!isObject(parameters)) return { name, isBinary, classes: 0, at };
  const [binary, classes] = [memberOf(parameters, 'binary_data'), memberOf(parameters, 'classification')];
  if (
    classes !== undefined &&
    !(Number.isSafeInteger(classes) && (classes as number) >= 0 && (classes as number) <= limits.topMax)
  ) {
    return malformed(`${at}/parameters/classification`, `a count of at most ${limits.topMax}`, classes);
  }
  return {
    name,
    isBinary: typeof binary === 'boolean' ? binary : isBinary,
    classes: (classes as number | undefined) ?? 0,
    at,
  };
}
