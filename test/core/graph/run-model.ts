import { create } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
} from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { DoubleGraph, Value } from '../../../src/core/graph/double-graph.ts';
import { valueInfo } from '../../../src/core/graph/nodes.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';

/** A tensor as the tests write it down. */
export type Array2 = number[] | bigint[] | string[] | boolean[];

/** A model around a graph. @param opsets version of each domain */
export const modelOf = (
  graph: Partial<Pick<GraphProto, 'node' | 'initializer' | 'input' | 'output' | 'valueInfo' | 'sparseInitializer'>>,
  opsets: Readonly<Record<string, number>>,
  irVersion = 8,
): ModelProto =>
  create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: 'test',
    opsetImport: Object.entries(opsets).map(([domain, version]) =>
      create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }),
    ),
    graph: create(GraphProtoSchema, { name: 'test', ...graph }),
  });

/** Runs a model once in ONNX Runtime and gives each output as a plain tensor. */
export async function runModel(
  model: ModelProto | Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
  fetches?: readonly string[],
): Promise<Record<string, Tensor>> {
  const bytes = model instanceof Uint8Array ? model : writeOnnx(model);
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  try {
    const outputs = fetches === undefined ? await session.run(feeds) : await session.run(feeds, [...fetches]);
    return outputs as Record<string, Tensor>;
  } finally {
    await session.release();
  }
}

export const doubles = (values: readonly number[], columns = 1): Tensor =>
  new Tensor('float64', Float64Array.from(values), [values.length / columns, columns]);
export const floats = (values: readonly number[], columns = 1): Tensor =>
  new Tensor('float32', Float32Array.from(values), [values.length / columns, columns]);
export const codesTensor = (values: readonly number[], columns = 1): Tensor =>
  new Tensor('int32', Int32Array.from(values), [values.length / columns, columns]);

const { DOUBLE, INT32, BOOL, STRING } = TensorProto_DataType;
const elementTypes = { float64: DOUBLE, int32: INT32, bool: BOOL, string: STRING } as const;

/** Runs what a DoubleGraph has written over matrices `a`, `b` (or codes), and gives the values of one output. */
export async function runGraph(
  graph: DoubleGraph,
  output: Value,
  feeds: Readonly<Record<string, Tensor>>,
  type: keyof typeof elementTypes = 'float64',
  rank = 2,
): Promise<{ readonly data: (number | string)[]; readonly dims: readonly number[] }> {
  const model = modelOf(
    {
      node: graph.nodes,
      initializer: graph.constants,
      input: Object.entries(feeds).map(([name, tensor]) =>
        valueInfo(name, elementTypes[tensor.type as keyof typeof elementTypes], ['N', tensor.dims[1]!]),
      ),
      output: [valueInfo(output, elementTypes[type], rank === 2 ? ['N', 'M'] : ['N'])],
    },
    { '': graph.opset },
  );
  const result = (await runModel(model, feeds))[output]!;
  return { data: Array.from(result.data as ArrayLike<number | string>), dims: result.dims };
}
