import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from 'onnx-buf';
import { expect, test } from 'vitest';
import { externalFiles, inlineExternal } from '../../../src/core/graph/external-data.ts';
import { node, valueInfo } from '../../../src/core/graph/nodes.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { unsafeParts } from '../../../src/core/graph/safety/unsafe-parts.ts';
import { floats, modelOf, runModel } from './run-model.ts';

const { FLOAT } = TensorProto_DataType;

const external = (name: string, dims: bigint[], entries: Record<string, string>): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims,
    dataType: FLOAT,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
  });

const modelWith = (weights: TensorProto) => {
  const two = node('Constant', [], ['two']);
  const value = external('', [1n], { location: 'b.bin' });
  two.attribute.push(
    create(AttributeProtoSchema, { name: 'value', type: AttributeProto_AttributeType.TENSOR, t: value }),
  );
  return modelOf(
    {
      node: [two, node('Mul', ['x', 'w'], ['product']), node('Add', ['product', 'two'], ['y'])],
      initializer: [weights],
      input: [valueInfo('x', FLOAT, ['N', 2])],
      output: [valueInfo('y', FLOAT, ['N', 2])],
    },
    { '': 13 },
  );
};

/** Two files as a folder would hold them. */
const files: Readonly<Record<string, Uint8Array>> = {
  'a.bin': new Uint8Array(Float32Array.of(9, 9, 3, 4, 9).buffer),
  'b.bin': new Uint8Array(Float32Array.of(100).buffer),
};
const read = (location: string, offset: number, length: number) => files[location]?.subarray(offset, offset + length);

test('weights beside the model are taken in, and the model answers', async () => {
  const model = modelWith(external('w', [2n], { location: 'a.bin', offset: '8', length: '8' }));
  const before = writeOnnx(model);
  expect(externalFiles(model)).toEqual(['a.bin', 'b.bin']);
  expect(unsafeParts(model)).toHaveLength(2);
  const inlined = inlineExternal(model, read);
  if ('code' in inlined) throw new Error(inlined.got);
  expect(externalFiles(inlined)).toEqual([]);
  expect(unsafeParts(inlined)).toEqual([]);
  expect(writeOnnx(model)).toEqual(before);
  const { y } = await runModel(inlined, { x: floats([1, 2], 2) });
  expect(Array.from(y!.data as Float32Array)).toEqual([103, 108]);
});

test.each<[string, bigint[], Record<string, string>]>([
  ['a file that is not there', [2n], { location: 'c.bin' }],
  ['a part beyond the end', [2n], { location: 'a.bin', offset: '16' }],
  ['a length that does not fit the dimensions', [2n], { location: 'a.bin', length: '4' }],
  ['an offset before the file', [2n], { location: 'a.bin', offset: '-8' }],
  ['an offset that is no number', [2n], { location: 'a.bin', offset: 'eight' }],
  ['more than a model may hold', [1_000_000n, 1_000_000n], { location: 'a.bin' }],
  ['a size below none', [-2n], { location: 'a.bin' }],
])('%s is a fault that says where', (_, dims, entries) => {
  expect(inlineExternal(modelWith(external('w', dims, entries)), read)).toMatchObject({
    code: 'model.malformed',
    path: '/graph/initializer/0',
  });
});
