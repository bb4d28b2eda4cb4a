import type { AttributeProto, NodeProto } from 'onnx-buf';

const decoder = new TextDecoder();

export const attributeOf = (node: NodeProto, name: string): AttributeProto | undefined =>
  node.attribute.find((each) => each.name === name);

/** The list of integers of an attribute; empty when the operator has none of that name. */
export const integersOf = (node: NodeProto, name: string): readonly bigint[] => attributeOf(node, name)?.ints ?? [];

/** The list of texts of an attribute; empty when the operator has none of that name. */
export const textsOf = (node: NodeProto, name: string): readonly string[] =>
  attributeOf(node, name)?.strings.map((bytes) => decoder.decode(bytes)) ?? [];

/** The text of an attribute; undefined when the operator has none of that name. */
export function textOf(node: NodeProto, name: string): string | undefined {
  const attribute = attributeOf(node, name);
  return attribute === undefined ? undefined : decoder.decode(attribute.s);
}
