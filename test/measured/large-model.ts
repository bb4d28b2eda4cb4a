import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { sealFile, sealText } from '../../src/core/manifest/seal.ts';

const { FLOAT, DOUBLE } = TensorProto_DataType;
const featureCount = 6;
/** Width of the large layer: its weights are the square of it, 4 bytes each. */
const width = 11_400;
const pieceFloats = 1 << 18;

/**
 * Writes a sealed package whose model, a network with one very wide layer, has about 520 MB. It is written piece by
 * piece, so that making it does not take the memory that is to be measured.
 */
export async function writeLargePackage(models: string, name: string): Promise<void> {
  const folder = join(models, name, '1');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifestOf(name)));
  const contract = { format: 1, inputTypes: { features: 'float32' }, categories: {}, overflow: [], outliers: [] };
  await writeFile(join(folder, 'scoring.json'), JSON.stringify(contract));
  await writeModel(join(folder, 'scoring.onnx'));
  const names = ['manifest.json', 'scoring.json', 'scoring.onnx'];
  const files = new Map(
    await Promise.all(names.map(async (each) => [each, await digestOf(join(folder, each))] as const)),
  );
  await writeFile(join(folder, sealFile), sealText({ builtBy: 'sluice 0.0.0', files }));
}

function manifestOf(name: string): object {
  const features = Array.from({ length: featureCount }, (_, i) => ({ name: `f${i}`, type: 'number' }));
  return {
    name,
    version: 1,
    task: 'regression',
    features,
    model: { inputs: { features: features.map((feature) => feature.name) } },
    outputs: { value: { kind: 'value', tensor: 'value' } },
  };
}

async function digestOf(path: string): Promise<`sha256:${string}`> {
  const sum = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) sum.update(piece);
  return `sha256:${sum.digest('hex')}`;
}

async function writeModel(path: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.write(toBinary(ModelProtoSchema, modelWithoutWideLayer()));
    // A message that comes twice is merged: the second graph adds the wide layer's weights to the first.
    const weights = { name: 'wide', dims: [BigInt(width), BigInt(width)], dataType: FLOAT };
    const tensor = toBinary(TensorProtoSchema, create(TensorProtoSchema, weights));
    const dataBytes = 4 * width * width;
    const [modelGraph, graphInitializer, tensorRawData] = [7, 5, 9];
    const dataHead = fieldHead(tensorRawData, dataBytes);
    const tensorHead = fieldHead(graphInitializer, tensor.length + dataHead.length + dataBytes);
    const graphBytes = tensorHead.length + tensor.length + dataHead.length + dataBytes;
    await file.write(Buffer.concat([fieldHead(modelGraph, graphBytes), tensorHead, tensor, dataHead]));
    const piece = Float32Array.from({ length: pieceFloats }, (_, i) => Math.sin(i) / width);
    const bytes = new Uint8Array(piece.buffer);
    for (let left = dataBytes; left > 0; left -= bytes.length) await file.write(bytes, 0, Math.min(left, bytes.length));
  } finally {
    await file.close();
  }
}

/** Number and length of a field that has a length (wire type 2). */
function fieldHead(field: number, length: number): Buffer {
  const varint = (value: number): number[] =>
    value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
  return Buffer.from([...varint(field * 8 + 2), ...varint(length)]);
}

function modelWithoutWideLayer() {
  const node = (opType: string, input: string[], output: string, attribute: { name: string; i: bigint }[] = []) =>
    create(NodeProtoSchema, {
      opType,
      input,
      output: [output],
      name: output,
      attribute: attribute.map((each) =>
        create(AttributeProtoSchema, { ...each, type: AttributeProto_AttributeType.INT }),
      ),
    });
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: 17n })],
    graph: create(GraphProtoSchema, {
      name: 'large',
      node: [
        node('Cast', ['numbers'], 'features', [{ name: 'to', i: BigInt(FLOAT) }]),
        node('MatMul', ['features', 'first'], 'hidden1'),
        node('MatMul', ['hidden1', 'wide'], 'hidden2'),
        node('MatMul', ['hidden2', 'last'], 'value'),
      ],
      initializer: [ones('first', [featureCount, width]), ones('last', [width, 1])],
      input: [valueInfo('numbers', DOUBLE, featureCount)],
      output: [valueInfo('value', FLOAT, 1)],
    }),
  });
}

function ones(name: string, dims: number[]) {
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1)).fill(1);
  const rawData = new Uint8Array(data.buffer);
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: FLOAT, rawData });
}

function valueInfo(name: string, elemType: number, columns: number) {
  const rows = create(TensorShapeProto_DimensionSchema, { value: { case: 'dimParam', value: 'N' } });
  const column = create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(columns) } });
  const shape = create(TensorShapeProtoSchema, { dim: [rows, column] });
  const value = create(TypeProto_TensorSchema, { elemType, shape });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value } }),
  });
}
