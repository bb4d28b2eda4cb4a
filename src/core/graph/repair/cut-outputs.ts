import { create } from '@bufbuild/protobuf';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  StringStringEntryProtoSchema,
  TensorProto_DataType,
  type TypeProto,
  type ValueInfoProto,
} from 'onnx-buf';
import type { Fault } from '../../fault.ts';
import { classesKey, classNames } from '../class-names.ts';
import { withChanges } from '../copy-message.ts';
import { withoutDeadNodes } from '../dead-nodes.ts';
import { elementTypeOf, nameOfType, shapeOf } from '../element-types.ts';
import { trueInputs } from '../inspect.ts';
import { unnamedNode, valueInfo } from '../nodes.ts';
import { definedNames, freeName, renameValues } from '../rename-values.ts';
import type { Repaired } from './repaired.ts';
import { type Parts, partsOf } from './sequence-parts.ts';

/**
 * Makes tensors of a model's outputs that are none, since only tensors can be passed on: the lists of dictionaries
 * that ZipMap makes become the matrix of probabilities they were made from, other lists the tensors they consist of.
 * Class names that were attributes of what is cut stay in the metadata. What cannot be taken apart is left out.
 * @returns a fault when no output would be left
 */
export function cutOutputs(model: ModelProto): Repaired | Fault {
  const graph = model.graph!;
  const cut = graph.output.filter(({ type }) => elementTypeOf(type) === undefined);
  if (cut.length === 0) return { model, changes: [] };
  const parts = new Map(cut.map(({ name }) => [name, partsOf(graph, name)] as const));
  if (cut.length === graph.output.length && [...parts.values()].every((each) => each === undefined))
    return noTensors(cut);
  const names = namesAside(graph, cut);
  const renamed = renameValues(graph, names);
  const replacements = new Map(
    cut.map((output) => [output.name, replace(graph, output, parts.get(output.name))] as const),
  );
  const outputs = graph.output.flatMap((output) => replacements.get(output.name)?.infos ?? [output]);
  const connections = [...replacements.values()].flatMap((each) => each.nodes);
  const repaired = withChanges(model, {
    metadataProps: [...model.metadataProps, ...keptClasses(model, replacements)],
    graph: withoutDeadNodes(withChanges(renamed, { node: [...renamed.node, ...connections], output: outputs })),
  });
  return { model: repaired, changes: cut.map((output) => sentence(output, replacements.get(output.name)!.infos)) };
}

const noTensors = (outputs: readonly ValueInfoProto[]): Fault => ({
  code: 'model.unsupported',
  path: '/graph/output/0',
  expected: 'an output that is a tensor, or can be made one',
  got: outputs.map(({ name, type }) => `"${name}", a ${kindOf(type)}`).join(', '),
});

/** The values that are cut keep existing for operators that read them, under other names. */
function namesAside(graph: GraphProto, cut: readonly ValueInfoProto[]): Map<string, string> {
  const taken = definedNames(graph);
  return new Map(cut.map(({ name }) => [name, freeName(`${name}/uncut`, taken)]));
}

interface Replacement {
  readonly infos: readonly ValueInfoProto[];
  readonly nodes: readonly NodeProto[];
}

/** One tensor takes the output's name; of several each gets its number. */
function replace(graph: GraphProto, { name, type }: ValueInfoProto, parts: Parts | undefined): Replacement {
  const values = parts?.values ?? [];
  const taken = definedNames(graph);
  const names = values.map((_, i) => (values.length === 1 ? name : freeName(`${name}_${i}`, taken)));
  return {
    infos: names.map((each) => tensorInfo(graph, each, type, parts?.classes)),
    nodes: names.map((each, i) => handedOn(values[i]!, each, parts?.classes !== undefined)),
  };
}

/** Some classifiers compute in float64 and zip that, which ONNX Runtime itself refuses: what ZipMap gives are floats. */
const handedOn = (value: string, name: string, wasZipped: boolean): NodeProto =>
  wasZipped
    ? unnamedNode('Cast', [value], [name], { to: BigInt(TensorProto_DataType.FLOAT) })
    : unnamedNode('Identity', [value], [name]);

/** ZipMap takes floats, a column for each class; another list says itself what its tensors are, but not their shape. */
function tensorInfo(
  graph: GraphProto,
  name: string,
  type: TypeProto | undefined,
  classes?: readonly string[],
): ValueInfoProto {
  const listed = type?.value.case === 'sequenceType' ? elementTypeOf(type.value.value.elemType) : undefined;
  const batch = shapeOf(trueInputs(graph)[0]?.type)[0] || 'N';
  return valueInfo(name, listed ?? TensorProto_DataType.FLOAT, classes && [batch, classes.length]);
}

/** Names that the operators before the cut do not know. */
function keptClasses(model: ModelProto, replacements: ReadonlyMap<string, Replacement>) {
  const classes = classNames(model);
  return [...replacements].flatMap(([output, { infos }]) => {
    const names = classes.get(output);
    return names === undefined || infos.length !== 1
      ? []
      : [create(StringStringEntryProtoSchema, { key: classesKey(output), value: JSON.stringify(names) })];
  });
}

function sentence({ name, type }: ValueInfoProto, infos: readonly ValueInfoProto[]): string {
  const what = `The output "${name}" is no tensor but a ${kindOf(type)}`;
  if (infos.length === 0) return `${what} that cannot be taken apart: it is left out.`;
  if (infos.length > 1) {
    return `${what}: its parts are outputs now, ${infos.map((each) => `"${each.name}"`).join(', ')}.`;
  }
  const width = shapeOf(infos[0]!.type)[1];
  const columns = width === undefined ? '' : `, one column for each of ${width} classes`;
  return `${what}: it is the matrix now that it was made from${columns}.`;
}

/** The words that people know from Python. */
function kindOf(type: TypeProto | undefined): string {
  if (type?.value.case === 'mapType') return 'dictionary';
  if (type?.value.case !== 'sequenceType') return nameOfType(type);
  return type.value.value.elemType?.value.case === 'mapType' ? 'list of dictionaries' : 'list';
}
