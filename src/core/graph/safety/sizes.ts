import type { ModelProto, NodeProto } from 'onnx-buf';
import type { Fault } from '../../fault.ts';
import { limits } from '../../limits.ts';
import { attributeOf, integersOf } from '../attributes.ts';
import { integersIn } from '../tensor-values.ts';
import { walkModel } from '../walk.ts';
import { faultsMax, unsupported } from './unsupported.ts';

/** Integers that are known without running, by the name of their value. */
type Constants = ReadonlyMap<string, readonly bigint[]>;

/** How many elements an operator makes, as far as constants say so. */
const claims: Readonly<Record<string, (node: NodeProto, constants: Constants) => number | undefined>> = {
  ConstantOfShape: ({ input }, constants) => product(constants.get(input[0] ?? '')),
  Expand: ({ input }, constants) => product(constants.get(input[1] ?? '')),
  Tile: ({ input }, constants) => product(constants.get(input[1] ?? '')),
  RandomNormal: (node) => product(integersOf(node, 'shape')),
  RandomUniform: (node) => product(integersOf(node, 'shape')),
  FeatureVectorizer: (node) => sum(integersOf(node, 'inputdimensions')),
  Pad: (node, constants) => sum(constants.get(node.input[1] ?? '') ?? integersOf(node, 'pads')),
  OneHot: ({ input }, constants) => product(constants.get(input[1] ?? '')),
  Resize: ({ input }, constants) => product(constants.get(input[3] ?? '')),
  Range: ({ input: [start, limit, delta] }, constants) => {
    const [from, to, step] = [start, limit, delta].map((name) => constants.get(name ?? '')?.[0]);
    return from === undefined || to === undefined || !step ? undefined : Math.abs(Number(to - from) / Number(step));
  },
};

/** An element takes a byte at least. */
const elementsMax = limits.modelBytesMax;
/** Constants of more integers than this are weights, not shapes. */
const shapeSizeMax = 64;

const product = (sizes: readonly bigint[] | undefined) => sizes?.reduce((all, size) => all * Math.abs(Number(size)), 1);
const sum = (sizes: readonly bigint[] | undefined) => sizes?.reduce((all, size) => all + Math.abs(Number(size)), 0);

/** Operators that would fill more memory than there is, as far as the file shows it without running. */
export function unsafeSizes(model: ModelProto): Fault[] {
  const constants = constantsOf(model);
  const faults: Fault[] = [];
  walkModel(model, {
    node(node, path) {
      const claim = Object.hasOwn(claims, node.opType) ? claims[node.opType]!(node, constants) : undefined;
      if (claim === undefined || claim <= elementsMax || faults.length >= faultsMax) return;
      faults.push(unsupported(path, `${elementsMax} elements at most`, `${node.opType} of ${claim} elements`));
    },
  });
  return faults;
}

function constantsOf(model: ModelProto): Constants {
  const constants = new Map<string, readonly bigint[]>();
  const note = (name: string, values: readonly bigint[] | undefined) => {
    if (values !== undefined && values.length <= shapeSizeMax) constants.set(name, values);
  };
  walkModel(model, {
    graph({ initializer }) {
      for (const tensor of initializer) if (isSmall(tensor.dims)) note(tensor.name, integersIn(tensor));
    },
    node(node) {
      if (node.opType !== 'Constant') return;
      const { t } = attributeOf(node, 'value') ?? {};
      const { i } = attributeOf(node, 'value_int') ?? {};
      const inTensor = t !== undefined && isSmall(t.dims) ? integersIn(t) : undefined;
      note(node.output[0] ?? '', inTensor ?? (i === undefined ? attributeOf(node, 'value_ints')?.ints : [i]));
    },
  });
  return constants;
}

const isSmall = (dims: readonly bigint[]) => dims.length <= 1 && (dims[0] ?? 0n) <= shapeSizeMax;
