import type { ModelProto } from 'onnx-buf';
import { integersOf } from '../attributes.ts';
import { classNames } from '../class-names.ts';

/**
 * Warns of trees whose own label cannot be trusted: ONNX Runtime takes the second of two classes wherever its weight
 * is above 0 when the trees hold weights for both, whatever the probabilities say.
 * @returns a sentence for people; undefined when no tree of the model is so
 */
export function twoClassTreeWarning(model: ModelProto): string | undefined {
  const trees = model.graph!.node.find(
    (node) =>
      node.opType === 'TreeEnsembleClassifier' &&
      classCount(node) === 2 &&
      new Set(integersOf(node, 'class_ids')).size === 2,
  );
  if (trees === undefined) return undefined;
  const label = model.graph!.output.find(({ name }) => classNames(model).has(name))?.name;
  const which = label === undefined ? 'Its own label' : `Its output "${label}"`;
  return `The trees hold weights for both of two classes. ${which} names the second class wherever that has any probability at all: take the probabilities and a threshold instead.`;
}

const classCount = (node: Parameters<typeof integersOf>[0]) =>
  integersOf(node, 'classlabels_int64s').length +
  (node.attribute.find(({ name }) => name === 'classlabels_strings')?.strings.length ?? 0);
