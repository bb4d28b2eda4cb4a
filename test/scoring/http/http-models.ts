import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
} from 'onnx-buf';
import { node, tensor, valueInfo } from '../../../src/core/graph/nodes.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { buildModel } from '../built-models.ts';
import { bundledModels } from '../bundled-model.ts';

type Type = keyof typeof TensorProto_DataType;
interface Named {
  readonly name: string;
  readonly type: Type;
  readonly dims: readonly (string | number)[];
}

/** Writes and builds a model of tensors. */
async function addTensorModel(
  models: string,
  name: string,
  inputs: readonly Named[],
  outputs: readonly Named[],
  nodes: readonly NodeProto[],
  changes: object = {},
): Promise<void> {
  const info = (each: Named) => valueInfo(each.name, TensorProto_DataType[each.type], each.dims);
  const graph = create(GraphProtoSchema, {
    name,
    node: [...nodes],
    initializer: [tensor('half', [1], new Float32Array([0.5]))],
    input: inputs.map(info),
    output: outputs.map(info),
  });
  const opset = create(OperatorSetIdProtoSchema, { domain: '', version: 17n });
  const model = create(ModelProtoSchema, { irVersion: 8n, producerName: 'test', opsetImport: [opset], graph });
  const fields = outputs.map((each) => [
    each.name,
    { kind: each.type === 'STRING' ? 'label' : 'vector', tensor: each.name },
  ]);
  const manifest = { name, version: 1, task: 'vision', model: {}, outputs: Object.fromEntries(fields), ...changes };
  mkdirSync(join(models, name, '1'), { recursive: true });
  writeFileSync(join(models, name, '1', 'model.onnx'), writeOnnx(model));
  writeFileSync(join(models, name, '1', 'manifest.json'), JSON.stringify(manifest));
  await buildModel(models, name);
}

const same = (from: string, to: string) => node('Identity', [from], [to]);

/**
 * A folder of models: the bundled one; `echo`, which answers with the tensors of every kind that it is fed; `halves`, small
 * rows of floats; `pixels`, large ones; `single`, one row at a time; and `wide`, twenty features that it answers with.
 */
export async function makeHttpModels(): Promise<{ models: string; remove: () => void }> {
  const models = mkdtempSync(join(tmpdir(), 'sluice-http-'));
  cpSync(join(bundledModels, 'machine-failure'), join(models, 'machine-failure'), { recursive: true });
  const kinds = {
    f32: 'FLOAT',
    f64: 'DOUBLE',
    i64: 'INT64',
    u64: 'UINT64',
    i8: 'INT8',
    flag: 'BOOL',
    text: 'STRING',
  } as const;
  const named = (suffix: string): Named[] =>
    Object.entries(kinds).map(([name, type]) => ({ name: name + suffix, type, dims: ['N', 2] }));
  const echoes = Object.keys(kinds).map((name) => same(name, `${name}_out`));
  await addTensorModel(models, 'echo', named(''), named('_out'), echoes);
  const halves = node('Mul', ['x', 'half'], ['y']);
  const floats = (name: string, dims: Named['dims']): Named => ({ name, type: 'FLOAT', dims });
  await addTensorModel(models, 'halves', [floats('x', ['N', 3])], [floats('y', ['N', 3])], [halves], {
    classes: ['a', 'b', 'c'],
  });
  await addTensorModel(models, 'pixels', [floats('x', ['N', 3, 64, 64])], [floats('y', ['N', 3, 64, 64])], [halves]);
  const row = { model: { batch: 'row' } };
  await addTensorModel(models, 'single', [floats('x', ['N', 3])], [floats('y', ['N', 3])], [halves], row);
  const reciprocal = node('Reciprocal', ['x'], ['y']);
  await addTensorModel(models, 'reciprocal', [floats('x', ['N', 3])], [floats('y', ['N', 3])], [reciprocal]);
  await addWideModel(models);
  await addPairModel(models);
  return { models, remove: () => rmSync(models, { recursive: true, force: true }) };
}

/** Two numbers and a kind; the answer is the first number, and both: nothing is computed, so that every byte is known. */
async function addPairModel(models: string): Promise<void> {
  await addTensorModel(
    models,
    'pair',
    [{ name: 'x', type: 'FLOAT', dims: ['N', 2] }],
    [{ name: 'y', type: 'FLOAT', dims: ['N', 2] }],
    [same('x', 'y')],
    {
      features: [
        { name: 'a', type: 'number', min: 0, max: 10, unit: 'K' },
        { name: 'b', type: 'number', missing: { impute: 0 } },
      ],
      model: { inputs: { x: ['a', 'b'] } },
      outputs: { first: { kind: 'value', tensor: 'y', column: 0 }, both: { kind: 'vector', tensor: 'y' } },
    },
  );
}

/** Twenty numbers that the model answers with. */
async function addWideModel(models: string): Promise<void> {
  const names = Array.from({ length: 20 }, (_, i) => `f${i}`);
  await addTensorModel(
    models,
    'wide',
    [{ name: 'x', type: 'FLOAT', dims: ['N', 20] }],
    [{ name: 'y', type: 'FLOAT', dims: ['N', 20] }],
    [same('x', 'y')],
    {
      features: names.map((name) => ({ name, type: 'number' })),
      model: { inputs: { x: names } },
      outputs: { y: { kind: 'vector', tensor: 'y' } },
    },
  );
}
