import { create } from '@bufbuild/protobuf';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type OperatorSetIdProto,
  OperatorSetIdProtoSchema,
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
  type ValueInfoProto,
} from 'onnx-buf';
import { withChanges } from './copy-message.ts';
import { type DoubleGraph, ownPrefix, type Value } from './double-graph.ts';
import { trueInputs } from './inspect.ts';
import { unnamedNode } from './nodes.ts';
import { definedNames, freeName, renameValues } from './rename-values.ts';

/** What is put in front of a user's model. */
export interface Front {
  /** Version of ai.onnx that the whole is declared at, as `pipelineOpset` found it. */
  readonly opset: number;
  readonly graph: Pick<DoubleGraph, 'nodes' | 'constants'>;
  /** Inputs of the whole that the front reads. */
  readonly inputs: readonly ValueInfoProto[];
  /** The value of the front for each input of the user's model; an input that is not fed stays an input of the whole. */
  readonly feeds: ReadonlyMap<string, Value>;
  /** Outputs of the whole beside the model's own, and the values of the front that they show. */
  readonly outputs: readonly { readonly value: Value; readonly info: ValueInfoProto }[];
}

/** Names of the user's that we need become `model/<name>`. */
const userPrefix = 'model/';
/** The first version of the format whose initializers need not be listed as inputs. */
const irVersionMin = 4n;

/**
 * Puts a graph in front of a model: one model that reads the front's inputs and gives the model's outputs and the
 * front's. The given model is left as it is. The same arguments give the same bytes.
 * @param metadata takes the place of entries of the same name; the user's others stay
 */
export function fuse(model: ModelProto, front: Front, metadata: Readonly<Record<string, string>>): ModelProto {
  const original = model.graph!;
  const names = renamings(original, front);
  const graph = renameValues(original, names);
  const fed = new Map([...front.feeds].map(([name, value]) => [names.get(name) ?? name, value] as const));
  const isAdded = front.graph.nodes.length > 0 || fed.size > 0 || front.outputs.length > 0;
  return withChanges(model, {
    irVersion: model.irVersion < irVersionMin ? irVersionMin : model.irVersion,
    producerName: 'sluice',
    producerVersion: '',
    opsetImport: isAdded ? importing(model.opsetImport, front.opset) : model.opsetImport,
    metadataProps: mergeMetadata(model.metadataProps, { 'sluice.producer': producerOf(model), ...metadata }),
    graph: withChanges(graph, {
      node: [
        ...front.graph.nodes,
        ...[...fed].map(([name, value]) => connection(value, name)),
        ...front.outputs.map(({ value, info }) => connection(value, info.name)),
        // The runtime refuses two operators of one name; a name of an operator means nothing.
        ...graph.node.map((each) => (each.name.startsWith(ownPrefix) ? withChanges(each, { name: '' }) : each)),
      ],
      initializer: [...front.graph.constants, ...graph.initializer],
      input: [...front.inputs, ...trueInputs(graph).filter(({ name }) => !fed.has(name))],
      output: [...graph.output, ...front.outputs.map(({ info }) => info)],
    }),
  });
}

/** Gives a value a second name; the runtime takes such operators out. */
const connection = (from: Value, to: Value): NodeProto => unnamedNode('Identity', [from], [to]);

/** New names for the user's values whose names the front needs. */
function renamings(graph: GraphProto, { inputs, outputs }: Front): Map<string, string> {
  const ours = new Set([...inputs.map(({ name }) => name), ...outputs.map(({ info }) => info.name)]);
  const taken = definedNames(graph);
  const inTheWay = [...taken].filter((name) => ours.has(name) || name.startsWith(ownPrefix));
  return new Map(inTheWay.map((name) => [name, freeName(`${userPrefix}${name}`, taken)] as const));
}

/** The imports with ai.onnx at a version; its name may be written in two ways. */
function importing(imports: readonly OperatorSetIdProto[], opset: number): OperatorSetIdProto[] {
  const version = BigInt(opset);
  const isStandard = ({ domain }: OperatorSetIdProto) => domain === '' || domain === 'ai.onnx';
  if (!imports.some(isStandard)) return [create(OperatorSetIdProtoSchema, { domain: '', version }), ...imports];
  return imports.map((each) => (isStandard(each) ? withChanges(each, { version }) : each));
}

const producerOf = ({ producerName, producerVersion }: ModelProto) => `${producerName} ${producerVersion}`.trim();

function mergeMetadata(
  own: readonly StringStringEntryProto[],
  ours: Readonly<Record<string, string>>,
): StringStringEntryProto[] {
  const entries = new Map([...own.map(({ key, value }) => [key, value] as const), ...Object.entries(ours)]);
  return [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
}
