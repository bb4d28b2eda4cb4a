import { create, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, AttributeProtoSchema, type ModelProto, NodeProtoSchema } from 'onnx-buf';
import { describe, expect, test } from 'vitest';
import { integersOf } from '../../../src/core/graph/attributes.ts';
import { inspectModel } from '../../../src/core/graph/inspect.ts';
import { node } from '../../../src/core/graph/nodes.ts';
import { readOnnx, writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { zipMapModel } from './classifiers.ts';

const count = 5_000;

/** A model with long lists of each kind in its attributes, as trees have them. */
function modelWithLists(): ModelProto {
  const model = zipMapModel();
  const lists = {
    ids: Array.from({ length: count }, (_, i) => BigInt(i) - 3n),
    values: Array.from({ length: count }, (_, i) => i / 4),
    modes: Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 'LEAF' : 'BRANCH_LEQ')),
  };
  model.graph!.node.push(node('Lists', ['x'], ['unused'], lists, 'own'));
  return model;
}

const read = (bytes: Uint8Array) => readOnnx(bytes) as ModelProto;
const listsOf = (model: ModelProto) => model.graph!.node.at(-1)!;

test('long lists are there for whoever looks, and the model is written as before', () => {
  const bytes = writeOnnx(modelWithLists());
  const model = read(bytes);
  expect(writeOnnx(model)).toEqual(bytes);
  const { attribute } = listsOf(model);
  expect(
    attribute.map(({ name, ints, floats, strings }) => [name, ints.length, floats.length, strings.length]),
  ).toEqual([
    ['ids', count, 0, 0],
    ['values', 0, count, 0],
    ['modes', 0, 0, count],
  ]);
  expect(integersOf(listsOf(model), 'ids').slice(0, 5)).toEqual([-3n, -2n, -1n, 0n, 1n]);
  expect(attribute[1]?.floats[5]).toBe(1.25);
  expect(writeOnnx(model)).toEqual(bytes);
});

test('lists that somebody changes are written changed', () => {
  const bytes = writeOnnx(modelWithLists());
  const model = read(bytes);
  listsOf(model).attribute[0]!.ints.push(77n);
  listsOf(model).attribute[1]!.floats = [0.5];
  const again = read(writeOnnx(model));
  expect(integersOf(listsOf(again), 'ids').at(-1)).toBe(77n);
  expect(listsOf(again).attribute[1]!.floats).toEqual([0.5]);
  expect(listsOf(again).attribute[2]!.strings).toHaveLength(count);
});

test('looking at the size of parameters decodes nothing', () => {
  const bytes = writeOnnx(modelWithLists());
  const model = read(bytes);
  expect(inspectModel(model).parameterBytes).toBeGreaterThan(count * 4);
  const isWaiting = Object.getOwnPropertyDescriptor(listsOf(model).attribute[0], 'ints')?.get !== undefined;
  expect(isWaiting).toBe(true);
});

describe('lists that are written in other ways', () => {
  /** A model whose last operator has one attribute of these bytes. */
  function modelAround(attribute: Uint8Array): Uint8Array {
    const last = toBinary(NodeProtoSchema, create(NodeProtoSchema, { opType: 'Lists', output: ['unused'] }));
    const body = [...last, 0x2a, ...varint(attribute.length), ...attribute];
    const graph = [0x0a, ...varint(body.length), ...body];
    // Messages of the same field number are merged: a second graph adds its operators.
    return Uint8Array.from([...writeOnnx(zipMapModel()), 0x3a, ...varint(graph.length), ...graph]);
  }
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
  const name = toBinary(AttributeProtoSchema, create(AttributeProtoSchema, { name: 'ids' }));
  const type = toBinary(
    AttributeProtoSchema,
    create(AttributeProtoSchema, { type: AttributeProto_AttributeType.INTS }),
  );

  test('packed, as newer writers of protobuf do it, are read', () => {
    const packed = [0x42, ...varint(2_000), ...Array<number>(2_000).fill(7)];
    const model = read(modelAround(Uint8Array.from([...name, ...packed, ...type])));
    expect(integersOf(listsOf(model), 'ids')).toHaveLength(2_000);
  });

  test('broken ones are refused at once, not when somebody looks', () => {
    const entries = Array.from({ length: 2_000 }, () => [0x40, 7]).flat();
    expect(read(modelAround(Uint8Array.from([...name, ...entries, ...type])))).toHaveProperty('graph');
    const endless = [0x40, ...Array<number>(11).fill(0xff)];
    for (const broken of [endless, [0x40], [0x3d, 1, 2], [0x4a, 200, 1], [0x43]]) {
      const bytes = modelAround(Uint8Array.from([...name, ...entries, ...type, ...broken]));
      expect(readOnnx(bytes)).toMatchObject({ code: 'model.malformed' });
    }
  });

  test('a file of millions of empty parts is refused before it fills the memory', () => {
    const attribute = Uint8Array.from([...name, ...type]);
    const bomb = new Uint8Array(6_000_000);
    for (let i = 0; i < bomb.length; i += 2) bomb[i] = 0x0a;
    const model = modelAround(attribute);
    const bytes = Buffer.concat([model, Uint8Array.from([0x3a, ...varint(bomb.length)]), bomb]);
    const start = performance.now();
    expect(readOnnx(bytes)).toMatchObject({ code: 'model.malformed' });
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
