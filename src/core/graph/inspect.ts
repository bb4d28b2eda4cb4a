import type { GraphProto, ModelProto, ValueInfoProto } from 'onnx-buf';
import { bytesOfLists } from './attribute-bytes.ts';
import { classNames } from './class-names.ts';
import { elementTypeOf, nameOfType, shapeOf } from './element-types.ts';
import { canonicalDomain, isStandardDomain } from './opsets.ts';
import { bytesIn } from './tensor-values.ts';
import { walkModel } from './walk.ts';

/** What a model declares of an input or output. */
export interface ValueFacts {
  readonly name: string;
  /** Name of the element type (`float32`, `string` ...), or `sequence`, `map`, `optional` for what is no tensor. */
  readonly type: string;
  readonly isTensor: boolean;
  /** Size of each dimension, a name where it varies, '' where nothing is said; empty when no shape is declared. */
  readonly shape: readonly (number | string)[];
}

/** What a model says of itself. */
export interface ModelFacts {
  /** Without the initializers that old versions of the format list as inputs. */
  readonly inputs: readonly ValueFacts[];
  readonly outputs: readonly ValueFacts[];
  readonly irVersion: number;
  /** Version of each domain of operators; ONNX's own is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Name and version of what wrote the file; empty when it says nothing. */
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Class names of each output of a classifier, in the order of the probabilities. */
  readonly classes: ReadonlyMap<string, readonly string[]>;
  /** Bytes of weights, constants and trees. */
  readonly parameterBytes: number;
  /** How often each operator occurs, subgraphs and functions included; with its domain unless that is `ai.onnx`. */
  readonly operators: Readonly<Record<string, number>>;
  /** Outputs that cannot be passed on because they are no tensors. */
  readonly nonTensorOutputs: readonly string[];
}

/** Reads what a model says of itself. */
export function inspectModel(model: ModelProto): ModelFacts {
  const graph = model.graph!;
  const outputs = graph.output.map(valueFacts);
  return {
    inputs: trueInputs(graph).map(valueFacts),
    outputs,
    irVersion: Number(model.irVersion),
    opsets: Object.fromEntries(
      model.opsetImport.map(({ domain, version }) => [canonicalDomain(domain), Number(version)]),
    ),
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    classes: classNames(model),
    ...countParts(model),
    nonTensorOutputs: outputs.filter(({ isTensor }) => !isTensor).map(({ name }) => name),
  };
}

/** The inputs that a caller must feed. */
export function trueInputs(graph: GraphProto): ValueInfoProto[] {
  const initialized = new Set([
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparseInitializer.map(({ values }) => values?.name),
  ]);
  return graph.input.filter(({ name }) => !initialized.has(name));
}

const valueFacts = ({ name, type }: ValueInfoProto): ValueFacts => ({
  name,
  type: nameOfType(type),
  isTensor: elementTypeOf(type) !== undefined,
  shape: shapeOf(type),
});

function countParts(model: ModelProto): Pick<ModelFacts, 'parameterBytes' | 'operators'> {
  const counts = new Map<string, number>();
  let parameterBytes = 0;
  walkModel(model, {
    node({ domain, opType, attribute }) {
      const name = isStandardDomain(domain) ? opType : `${domain}.${opType}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      for (const each of attribute) parameterBytes += bytesOfLists(each);
    },
    tensor(tensor) {
      parameterBytes += bytesIn(tensor);
    },
  });
  return { parameterBytes, operators: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
