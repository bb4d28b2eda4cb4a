import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto } from 'onnx-buf';
import type { Fault } from '../fault.ts';
import { decodeAttribute, encodeAttribute } from './attribute-bytes.ts';
import { withChanges } from './copy-message.ts';
import { OutlineSchema } from './outline-schema.ts';
import { countParts, type PartsLeft, partsMax } from './parts-left.ts';

export type { ModelProto };

/**
 * Reads the bytes of an ONNX file. Fields that this version of the format does not know are kept. The model is made of
 * views of the bytes: they must not change afterwards.
 * @returns the model, or why the bytes are none
 */
export function readOnnx(bytes: Uint8Array): ModelProto | Fault {
  try {
    const left: PartsLeft = { count: partsMax };
    countParts(bytes, OutlineSchema, left);
    const decode = (attribute: Uint8Array) => decodeAttribute(attribute, left);
    const model = withAttributes(fromBinary(OutlineSchema, bytes), decode);
    if (model.graph !== undefined && model.graph.node.length > 0 && model.opsetImport.length > 0) return model;
  } catch {
    // The reader's own words speak of wire types; the answer below is the same for every broken file.
  }
  return {
    code: 'model.malformed',
    path: '',
    expected: 'an ONNX model: a graph with operators and the versions of their sets',
    got: `${bytes.length} bytes that are none`,
  };
}

/** The bytes of a model: the same model gives the same bytes. */
export const writeOnnx = (model: ModelProto): Uint8Array =>
  toBinary(OutlineSchema, withAttributes(model, encodeAttribute));

/** Bytes to an attribute on the way in, an attribute to bytes on the way out: the types know attributes only. */
type ChangeAttribute = ((bytes: Uint8Array) => AttributeProto) | ((attribute: AttributeProto) => Uint8Array);

/** The model with every attribute changed that is not inside another. */
function withAttributes(model: ModelProto, changeAttribute: ChangeAttribute): ModelProto {
  const change = changeAttribute as (attribute: AttributeProto | Uint8Array) => AttributeProto;
  const changeNodes = (nodes: NodeProto[]) =>
    nodes.map((node) =>
      node.attribute.length === 0 ? node : withChanges(node, { attribute: node.attribute.map(change) }),
    );
  const changeGraph = (graph: GraphProto) => withChanges(graph, { node: changeNodes(graph.node) });
  const changeFunction = (each: FunctionProto) =>
    withChanges(each, { node: changeNodes(each.node), attributeProto: each.attributeProto.map(change) });
  return withChanges(model, {
    ...(model.graph !== undefined && { graph: changeGraph(model.graph) }),
    functions: model.functions.map(changeFunction),
    trainingInfo: model.trainingInfo.map((each) =>
      withChanges(each, {
        ...(each.initialization !== undefined && { initialization: changeGraph(each.initialization) }),
        ...(each.algorithm !== undefined && { algorithm: changeGraph(each.algorithm) }),
      }),
    ),
  });
}
