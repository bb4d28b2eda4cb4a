import type { GraphProto, NodeProto } from 'onnx-buf';
import { withChanges } from './copy-message.ts';
import { walkGraph } from './walk.ts';

/** The graph without operators and initializers that no output needs. Operators stand in order, as the format demands. */
export function withoutDeadNodes(graph: GraphProto): GraphProto {
  const needed = new Set(graph.output.map(({ name }) => name));
  const alive = [...graph.node].reverse().filter((node) => {
    const isAlive = node.output.some((name) => needed.has(name));
    if (isAlive) for (const name of namesUsed(node)) needed.add(name);
    return isAlive;
  });
  return withChanges(graph, {
    node: alive.reverse(),
    initializer: graph.initializer.filter(({ name }) => needed.has(name)),
    valueInfo: graph.valueInfo.filter(({ name }) => needed.has(name)),
  });
}

/** Names of the values that an operator reads, those that its subgraphs read from outside among them. */
export function namesUsed(node: NodeProto): Set<string> {
  const names = new Set(node.input);
  for (const { g, graphs } of node.attribute) {
    for (const graph of g === undefined ? graphs : [g, ...graphs]) {
      walkGraph(graph, '', {
        graph({ output }) {
          for (const { name } of output) names.add(name);
        },
        node({ input }) {
          for (const name of input) names.add(name);
        },
      });
    }
  }
  names.delete('');
  return names;
}
