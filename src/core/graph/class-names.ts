import type { GraphProto, ModelProto, NodeProto } from 'onnx-buf';
import { integersOf, textsOf } from './attributes.ts';
import { labelsIn } from './tensor-values.ts';

/** Metadata that keeps the class names of an output whose operator was cut off; a JSON list follows. */
export const classesKey = (output: string): string => `sluice.classes.${output}`;

/** Operators that leave the meaning and order of classes as they are. */
const passing = new Set(['Identity', 'Cast', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Normalizer', 'Softmax']);

/** Attributes that hold the classes of an operator, in the order of its probabilities. */
const labelAttributes = ['classlabels_int64s', 'classlabels_ints', 'classlabels_strings'] as const;

/**
 * Names of the classes behind each output of a classifier, label or probabilities, in the order of the probabilities.
 * Outputs of other models are not in the map.
 */
export function classNames(model: ModelProto): ReadonlyMap<string, readonly string[]> {
  const graph = model.graph!;
  const search = new Search(graph);
  const found = graph.output.flatMap(({ name }) => {
    const kept = model.metadataProps.find(({ key }) => key === classesKey(name));
    const classes = kept === undefined ? search.behind(name) : keptNames(kept.value);
    return classes === undefined || classes.length === 0 ? [] : [[name, classes] as const];
  });
  return new Map(found);
}

/** Metadata is what anybody wrote. */
function keptNames(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

class Search {
  readonly #producers = new Map<string, NodeProto>();
  readonly #graph: GraphProto;

  constructor(graph: GraphProto) {
    this.#graph = graph;
    for (const node of graph.node) for (const output of node.output) this.#producers.set(output, node);
  }

  /** @param steps operators that may still be followed: the graph of a broken file may be a circle */
  behind(value: string | undefined, steps = 64): readonly string[] | undefined {
    const node = this.#producers.get(value ?? '');
    if (node === undefined || steps === 0) return undefined;
    const own = labelAttributes.map((name) => labels(node, name)).find((list) => list.length > 0);
    if (own !== undefined) return own;
    if (node.opType === 'LabelEncoder') return this.#encoded(node, steps);
    if (node.opType === 'ArrayFeatureExtractor') return this.#initialized(node.input[0]);
    return passing.has(node.opType) ? this.behind(node.input[0], steps - 1) : undefined;
  }

  /** Classes that get other names at the end. */
  #encoded(node: NodeProto, steps: number): readonly string[] | undefined {
    const keys = labels(node, 'keys_int64s', 'keys_strings');
    const values = labels(node, 'values_strings', 'values_int64s', 'classes_strings');
    const inner = this.behind(node.input[0], steps - 1);
    if (keys.length === 0 || inner === undefined) return values;
    return inner.map((name) => values[keys.indexOf(name)] ?? name);
  }

  #initialized(name: string | undefined): string[] | undefined {
    const tensor = this.#graph.initializer.find((each) => each.name === name);
    return tensor === undefined ? undefined : labelsIn(tensor);
  }
}

/** The first of some attributes that holds integers or texts, as texts. */
function labels(node: NodeProto, ...names: readonly string[]): readonly string[] {
  const lists = names.map((name) => [...integersOf(node, name).map(String), ...textsOf(node, name)]);
  return lists.find((list) => list.length > 0) ?? [];
}
