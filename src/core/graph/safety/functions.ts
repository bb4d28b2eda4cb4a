import type { FunctionProto, ModelProto, NodeProto } from 'onnx-buf';
import type { Fault } from '../../fault.ts';
import { canonicalDomain } from '../opsets.ts';
import { operatorNames } from './operator-names.ts';
import { unsupported } from './unsupported.ts';

/** Operators that a model may have after its functions are put in place of their calls. */
const expandedOperatorsMax = 1_000_000;

export const functionKey = ({ domain, name, overload }: Pick<FunctionProto, 'domain' | 'name' | 'overload'>): string =>
  JSON.stringify([canonicalDomain(domain), name, overload]);

/**
 * Functions of a model that hide operators of the runtime, or that call each other so often that putting them in place
 * of their calls never ends: ten functions of ten calls each are 10 billion operators.
 */
export function unsafeFunctions(model: ModelProto): Fault[] {
  const hiding = model.functions.flatMap((each, i) =>
    operatorNames.has(canonicalDomain(each.domain))
      ? [unsupported(`/functions/${i}`, 'a function in a domain of its own', `"${each.domain}.${each.name}"`)]
      : [],
  );
  if (hiding.length > 0 || model.functions.length === 0) return hiding;
  const sizes = new Sizes(model.functions);
  const total = sizes.ofNodes(model.graph!.node);
  if (total <= expandedOperatorsMax) return [];
  const got = total === Number.POSITIVE_INFINITY ? 'functions that call themselves' : `${total} operators`;
  return [unsupported('/functions', `${expandedOperatorsMax} operators at most`, got)];
}

/** Counts operators as they are after expansion; infinite for what calls itself. */
class Sizes {
  readonly #functions: ReadonlyMap<string, FunctionProto>;
  readonly #known = new Map<string, number>();

  constructor(functions: readonly FunctionProto[]) {
    this.#functions = new Map(functions.map((each) => [functionKey(each), each]));
  }

  ofNodes(nodes: readonly NodeProto[]): number {
    return nodes.reduce((sum, node) => sum + this.#ofNode(node), 0);
  }

  #ofNode(node: NodeProto): number {
    let size = this.#ofFunction(functionKey({ domain: node.domain, name: node.opType, overload: node.overload }));
    for (const { g, graphs } of node.attribute) {
      for (const graph of g === undefined ? graphs : [g, ...graphs]) size += this.ofNodes(graph.node);
    }
    return size;
  }

  #ofFunction(key: string): number {
    const body = this.#functions.get(key);
    if (body === undefined) return 1;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // Whoever comes here again before the size is known came from inside.
    this.#known.set(key, Number.POSITIVE_INFINITY);
    const size = this.ofNodes(body.node);
    this.#known.set(key, size);
    return size;
  }
}
