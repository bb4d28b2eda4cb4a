import type { Outputs } from '../../tensor.ts';
import { isObject, malformed, memberOf, readJsonBody } from '../body-json.ts';
import type { TensorModel, TensorsCall } from '../dialect.ts';
import { type HttpAnswer, jsonAnswer } from '../http-message.ts';
import { type Refusal, refusalOf } from '../refusal.ts';
import { feedsOfValue } from './named-values.ts';
import { notFiniteIn } from './print-nested.ts';

/**
 * Reads a call whose JSON carries tensors as plain values under exactly one of these names.
 * @param print makes the answer of what the model said, which is all finite
 */
export function readValueCall(
  model: TensorModel,
  body: Uint8Array,
  names: readonly string[],
  print: (outputs: Outputs) => string,
  headers?: HttpAnswer['headers'],
): TensorsCall | Refusal {
  const json = readJsonBody(body);
  if ('code' in json) return json;
  const { value } = json;
  const found = isObject(value) ? names.filter((name) => Object.hasOwn(value, name)) : [];
  const [name] = found;
  if (!isObject(value) || name === undefined || found.length > 1) {
    return refusalOf([
      malformed('', `an object with exactly one of ${names.join(', ')}, as the model takes tensors`, value),
    ]);
  }
  const read = feedsOfValue(model, memberOf(value, name), `/${name}`);
  if ('fault' in read) return refusalOf([read.fault]);
  return {
    kind: 'tensors',
    feeds: read.feeds,
    answer: (outputs) => notFiniteIn(outputs) ?? jsonAnswer(200, print(outputs), headers),
  };
}
