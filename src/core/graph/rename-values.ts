import type { AttributeProto, GraphProto, NodeProto, StringStringEntryProto } from 'onnx-buf';
import { withChanges } from './copy-message.ts';
import { walkGraph } from './walk.ts';

/** Every name of a value that a graph, or a graph inside it, defines. */
export function definedNames(graph: GraphProto): Set<string> {
  const names = new Set<string>();
  walkGraph(graph, '', {
    graph({ input, initializer, sparseInitializer }) {
      for (const { name } of [...input, ...initializer]) names.add(name);
      for (const { values } of sparseInitializer) names.add(values?.name ?? '');
    },
    node({ output }) {
      for (const name of output) names.add(name);
    },
  });
  // An empty name stands for an optional output that nobody wants.
  names.delete('');
  return names;
}

/** The name, or one like it that is not taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}-${i}`;
  return free;
}

/**
 * The graph with some values renamed wherever they are defined or used. A name means the same renaming in every graph
 * inside it, so what refers to an outer value, or hides it, goes on doing so.
 */
export function renameValues(graph: GraphProto, names: ReadonlyMap<string, string>): GraphProto {
  if (names.size === 0) return graph;
  const renamed = (name: string) => names.get(name) ?? name;
  const named = <T extends { $typeName: string; name: string }>(values: T[]): T[] =>
    values.map((value) =>
      names.has(value.name) ? withChanges(value as never, { name: renamed(value.name) } as never) : value,
    );
  return withChanges(graph, {
    input: named(graph.input),
    output: named(graph.output),
    valueInfo: named(graph.valueInfo),
    initializer: named(graph.initializer),
    sparseInitializer: graph.sparseInitializer.map((tensor) =>
      tensor.values === undefined ? tensor : withChanges(tensor, { values: named([tensor.values])[0]! }),
    ),
    node: graph.node.map((node) => renameInNode(node, names)),
    quantizationAnnotation: graph.quantizationAnnotation.map((annotation) =>
      withChanges(annotation, {
        tensorName: renamed(annotation.tensorName),
        quantParameterTensorNames: annotation.quantParameterTensorNames.map((entry: StringStringEntryProto) =>
          withChanges(entry, { value: renamed(entry.value) }),
        ),
      }),
    ),
  });
}

function renameInNode(node: NodeProto, names: ReadonlyMap<string, string>): NodeProto {
  const isTouched = [...node.input, ...node.output].some((name) => names.has(name));
  const hasGraphs = node.attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0);
  if (!isTouched && !hasGraphs) return node;
  const renamed = (name: string) => names.get(name) ?? name;
  return withChanges(node, {
    input: node.input.map(renamed),
    output: node.output.map(renamed),
    attribute: hasGraphs ? node.attribute.map((attribute) => renameInAttribute(attribute, names)) : node.attribute,
  });
}

const renameInAttribute = (attribute: AttributeProto, names: ReadonlyMap<string, string>): AttributeProto =>
  withChanges(attribute, {
    ...(attribute.g !== undefined && { g: renameValues(attribute.g, names) }),
    graphs: attribute.graphs.map((graph) => renameValues(graph, names)),
  });
