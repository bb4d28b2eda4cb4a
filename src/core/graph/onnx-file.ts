import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import type { Fault } from '../fault.ts';

export type { ModelProto };

/**
 * Reads the bytes of an ONNX file. Fields that this version of the format does not know are kept.
 * @returns the model, or why the bytes are none
 */
export function readOnnx(bytes: Uint8Array): ModelProto | Fault {
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
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
export const writeOnnx = (model: ModelProto): Uint8Array => toBinary(ModelProtoSchema, model);
