import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { GraphProtoSchema, ModelProtoSchema, OperatorSetIdProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { node, valueInfo } from '../src/core/graph/nodes.ts';
import { writeOnnx } from '../src/core/graph/onnx-file.ts';
import { compare, type Figure } from './harness.ts';
import { appOf } from './http-app.ts';
import { build } from './make-models.ts';
import { registryOf } from './models.ts';

const image = [3, 224, 224] as const;
const values = image[0] * image[1] * image[2];
const path = '/v2/models/images/infer';

/** Images to a model that does next to nothing with them: what reading and printing tensors costs. */
export async function tensorFigures(benchModels: string): Promise<Figure[]> {
  await makeImageModel(benchModels);
  const registry = registryOf(benchModels);
  const app = appOf(registry);
  const binary = binaryCall(64);
  const json = jsonCall(8);
  const figures = [
    await compare({
      name: 'http.tensors',
      what: 'bytes/s of images [64,3,224,224] in the binary form of V2, over images [8,3,224,224] in its JSON',
      unit: 'bytes',
      reach: 5,
      floor: 2,
      work: async () => {
        await app(path, binary.body, binary.headers);
        return binary.body.length;
      },
      baseline: async () => {
        await app(path, json);
        return json.length;
      },
    }),
    await compare({
      name: 'http.tensors.json',
      what: 'bytes/s of images [8,3,224,224] in the JSON of V2, over JSON.parse and stringify of the same body',
      unit: 'bytes',
      work: async () => {
        await app(path, json);
        return json.length;
      },
      baseline: () => {
        JSON.stringify(JSON.parse(json.toString()));
        return json.length;
      },
    }),
  ];
  await registry.release();
  return figures;
}

const pixels = (images: number) => Float32Array.from({ length: images * values }, (_, i) => ((i * 31) % 256) / 255);

function binaryCall(images: number): { body: Uint8Array; headers: Record<string, string> } {
  const data = pixels(images);
  const parameters = { binary_data_size: data.byteLength };
  const input = { name: 'x', shape: [images, ...image], datatype: 'FP32', parameters };
  const head = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }));
  const headers = { 'inference-header-content-length': String(head.length), 'x-request-id': 'bench' };
  return { body: Buffer.concat([head, Buffer.from(data.buffer)]), headers };
}

function jsonCall(images: number): Buffer {
  const input = { name: 'x', shape: [images, ...image], datatype: 'FP32', data: Array.from(pixels(images)) };
  return Buffer.from(JSON.stringify({ inputs: [input] }));
}

/** The mean of each image, so that little comes back. */
async function makeImageModel(models: string): Promise<void> {
  const graph = create(GraphProtoSchema, {
    name: 'images',
    node: [node('ReduceMean', ['x'], ['mean'], { axes: [1n, 2n, 3n], keepdims: 0n })],
    input: [valueInfo('x', TensorProto_DataType.FLOAT, ['N', ...image])],
    output: [valueInfo('mean', TensorProto_DataType.FLOAT, ['N'])],
  });
  const opset = create(OperatorSetIdProtoSchema, { domain: '', version: 17n });
  const folder = join(models, 'images', '1');
  mkdirSync(folder, { recursive: true });
  const model = create(ModelProtoSchema, { irVersion: 8n, producerName: 'sluice-bench', opsetImport: [opset], graph });
  writeFileSync(join(folder, 'model.onnx'), writeOnnx(model));
  const outputs = { mean: { kind: 'value', tensor: 'mean' } };
  const manifest = { name: 'images', version: 1, task: 'vision', model: {}, outputs };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await build(models, 'images');
}
