import { createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import { file_onnx, type ModelProtoSchema } from 'onnx-buf';
import { withChanges } from './copy-message.ts';

/** The number that protobuf has for fields of bytes. */
const bytesType = 12;
/** Fields that hold attributes, whose bytes may wait. */
const waiting: Readonly<Record<string, string>> = { NodeProto: 'attribute', FunctionProto: 'attribute_proto' };

/**
 * The ONNX format with attributes as bytes, which on the wire they are. Of a model of trees nine parts in ten lie in
 * attributes that nobody looks at: decoded they would take ten times the memory of the file, and most of the time.
 */
const registry = createFileRegistry(
  withChanges(file_onnx.proto, {
    messageType: file_onnx.proto.messageType.map((message) =>
      withChanges(message, {
        field: message.field.map((field) =>
          field.name === waiting[message.name] ? withChanges(field, { type: bytesType, typeName: '' }) : field,
        ),
      }),
    ),
  }),
  () => undefined,
);

export const OutlineSchema = registry.getMessage('onnx.ModelProto') as DescMessage as typeof ModelProtoSchema;
