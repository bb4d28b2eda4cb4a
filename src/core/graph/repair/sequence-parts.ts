import type { GraphProto } from 'onnx-buf';
import { integersOf, textsOf } from '../attributes.ts';

/** The tensors that a sequence or map was made from. */
export interface Parts {
  readonly values: readonly string[];
  /** Class names, when the parts are the probabilities of a classifier. */
  readonly classes?: readonly string[];
}

/** Operators that a chain may have; a broken file may be a circle. */
const stepsMax = 1_000;

/** Follows a value that is no tensor back to the tensors in it; undefined where the graph does not show them. */
export function partsOf(graph: GraphProto, name: string): Parts | undefined {
  const producers = new Map(graph.node.flatMap((node) => node.output.map((output) => [output, node] as const)));

  function follow(value: string | undefined, steps: number): Parts | undefined {
    const node = producers.get(value ?? '');
    if (node === undefined || steps === 0) return undefined;
    const [first, second, position] = node.input;
    switch (node.opType) {
      case 'ZipMap':
        return {
          values: [first!],
          classes: [...integersOf(node, 'classlabels_int64s').map(String), ...textsOf(node, 'classlabels_strings')],
        };
      case 'Identity':
        return follow(first, steps - 1);
      case 'SequenceConstruct':
        return { values: node.input };
      case 'SequenceEmpty':
        return { values: [] };
      // The pieces lie side by side in the tensor that was split.
      case 'SplitToSequence':
        return { values: [first!] };
      case 'SequenceInsert': {
        const before = position === undefined || position === '' ? follow(first, steps - 1) : undefined;
        return before && { values: [...before.values, second!] };
      }
      default:
        return undefined;
    }
  }
  const parts = follow(name, stepsMax);
  return parts === undefined || parts.values.length === 0 ? undefined : parts;
}
