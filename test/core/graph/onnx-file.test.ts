import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
} from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../local/devices/seeded-random.ts';
import { inspectModel } from '../../../src/core/graph/inspect.ts';
import { pipelineOpset } from '../../../src/core/graph/lift.ts';
import { readOnnx, writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { cutOutputs } from '../../../src/core/graph/repair/cut-outputs.ts';
import { castFloat16 } from '../../../src/core/graph/repair/float16.ts';
import { freeBatch } from '../../../src/core/graph/repair/free-batch.ts';
import { twoClassTreeWarning } from '../../../src/core/graph/repair/two-class-trees.ts';
import { unsafeParts } from '../../../src/core/graph/safety/unsafe-parts.ts';
import { hasSharedData, sharedData } from '../../shared-data.ts';
import { zipMapModel } from './classifiers.ts';

const bundled = fileURLToPath(new URL('../../../models/machine-failure/1/model.onnx', import.meta.url));
const shared = hasSharedData
  ? readdirSync(sharedData('models')).map((name) => sharedData('models', name, 'model.onnx'))
  : [];
const files = [bundled, ...shared].map((file) => [file.split('/').slice(-2).join('/'), file] as const);

/** Feeds that any model takes: small numbers, and one word for texts. */
function feedsFor(
  { inputMetadata }: InferenceSession,
  random: ReturnType<typeof seededRandom>,
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const each of inputMetadata) {
    if (!each.isTensor) continue;
    const dims = each.shape.map((size) => (typeof size === 'number' ? size : 2));
    const length = dims.reduce((product, size) => product * size, 1);
    if (each.type === 'string') feeds[each.name] = new Tensor('string', Array<string>(length).fill('female'), dims);
    else if (each.type === 'int64') feeds[each.name] = new Tensor('int64', new BigInt64Array(length).fill(1n), dims);
    else
      feeds[each.name] = new Tensor(
        'float32',
        Float32Array.from({ length }, () => random.uniform() * 5),
        dims,
      );
  }
  return feeds;
}

async function answers(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const tensors = session.outputMetadata.filter(({ isTensor }) => isTensor).map(({ name }) => name);
  const outputs = await session.run(feedsFor(session, seededRandom(9)), tensors);
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data, dims }]) => [name, { data, dims }]));
}

describe.each(files)('%s', (_, file) => {
  test('is the same model after it was read and written', async () => {
    const bytes = new Uint8Array(readFileSync(file));
    const model = readOnnx(bytes) as ModelProto;
    const written = writeOnnx(model);
    // Unlike protobuf's own comparison this one takes NaN for equal to NaN, and sees fields that are unknown.
    expect(isDeepStrictEqual(readOnnx(written), model)).toBe(true);
    expect(written.length).toBe(bytes.length);
    // Written once, it is written the same for ever.
    expect(Buffer.compare(writeOnnx(readOnnx(written) as ModelProto), written)).toBe(0);
    expect(await answers(written)).toEqual(await answers(bytes));
  });
});

test('fields that the format does not know are kept through reading and writing', () => {
  // Field 900 of a model, a number: 900 << 3 | 0, then 7.
  const unknown = Uint8Array.of(0xa0, 0x38, 7);
  const bytes = Buffer.concat([writeOnnx(zipMapModel()), unknown]);
  const model = readOnnx(bytes) as ModelProto;
  expect(model.$unknown?.map(({ no }) => no)).toEqual([900]);
  expect(Buffer.from(writeOnnx(model)).includes(Buffer.from(unknown))).toBe(true);
});

describe('what is no model is a fault, never an exception', () => {
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['text', Buffer.from('col1,col2\n1,2\n')],
    ['a pickle', Uint8Array.of(0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x8c)],
    ['a model without operators', writeOnnx(create(ModelProtoSchema, { graph: create(GraphProtoSchema, {}) }))],
    ['a model cut in the middle', writeOnnx(zipMapModel()).subarray(0, 150)],
  ])('%s', (_, bytes) => {
    expect(readOnnx(bytes)).toMatchObject({ code: 'model.malformed', got: `${bytes.length} bytes that are none` });
  });

  test('graphs nested without end', () => {
    let graph: GraphProto = create(GraphProtoSchema, { node: [create(NodeProtoSchema, { opType: 'Neg' })] });
    for (let i = 0; i < 60; i++) {
      const attribute = create(AttributeProtoSchema, { name: 'g', type: AttributeProto_AttributeType.GRAPH, g: graph });
      graph = create(GraphProtoSchema, { node: [create(NodeProtoSchema, { opType: 'If', attribute: [attribute] })] });
    }
    const model = zipMapModel();
    model.graph = graph;
    expect(readOnnx(writeOnnx(model))).toMatchObject({ code: 'model.malformed' });
  });
});

/** Changes some bytes, cuts a piece out, or doubles one. */
function mutate(bytes: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array {
  const at = (length: number) => Math.floor(random.uniform() * length);
  const kind = at(4);
  if (kind === 0) return bytes.subarray(0, at(bytes.length));
  if (kind === 1) {
    const start = at(bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + at(50))]);
  }
  if (kind === 2) {
    const start = at(bytes.length);
    const end = start + at(200);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  }
  const mutated = Uint8Array.from(bytes);
  for (let i = 0; i <= at(8); i++) mutated[at(mutated.length)] = at(256);
  return mutated;
}

test('1,000 broken files are read as models or refused, and whatever is read can be judged and repaired', () => {
  const random = seededRandom(20);
  const folder = join(bundled, '..');
  const sources = [
    writeOnnx(zipMapModel()),
    ...(hasSharedData ? shared : [join(folder, 'model.onnx')]).map((file) => readFileSync(file)),
  ]
    // The headers and small parts are what breaks in interesting ways.
    .map((bytes) => bytes.subarray(0, 60_000));
  const start = performance.now();
  let read = 0;
  for (let i = 0; i < 1_000; i++) {
    const model = readOnnx(mutate(sources[i % sources.length]!, random));
    if ('code' in model) continue;
    read++;
    unsafeParts(model);
    inspectModel(model);
    pipelineOpset(model);
    twoClassTreeWarning(model);
    freeBatch(castFloat16(model).model);
    const cut = cutOutputs(model);
    if (!('code' in cut)) readOnnx(writeOnnx(cut.model));
  }
  expect(read).toBeGreaterThan(20);
  expect(performance.now() - start).toBeLessThan(20_000);
});
