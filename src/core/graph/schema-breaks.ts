/**
 * Versions of ai.onnx at which an operator began to mean something else, or to be written otherwise: an attribute
 * became an input, a default changed. Versions that only widened it (more types, more attributes) are not here. From
 * the change log of the ONNX operators; only what models older than version 9 are made of.
 */
const breaks: readonly (readonly [readonly number[], string])[] = [
  [
    [],
    'ArgMax ArgMin AveragePool Constant Conv ConvTranspose Cos DepthToSpace Expand Flatten Gather GlobalAveragePool GlobalMaxPool Identity LRN MatMul MaxPool Not Shape Sin Size Softplus Softsign SpaceToDepth Transpose',
  ],
  [[4], 'Concat'],
  [[5], 'Reshape'],
  [
    [6],
    'Abs Cast Ceil Elu Exp Floor HardSigmoid InstanceNormalization LeakyRelu Log Max Mean Min Neg Reciprocal Relu Selu Sigmoid Sqrt Sum Tanh Tile',
  ],
  [[7], 'Add And Div Equal GRU Gemm Greater LSTM Less Mul Or Pow RNN Sub Xor'],
  [[6, 7], 'PRelu'],
  [[6, 11], 'Clip'],
  [[7, 9, 14], 'BatchNormalization'],
  [[7, 10, 12], 'Dropout'],
  [[10], 'Slice TopK'],
  [[2, 11], 'Pad'],
  [[13], 'Hardmax LogSoftmax ReduceSum Softmax Squeeze Unsqueeze'],
  [[2, 13, 18], 'Split'],
  [[18], 'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare'],
];

const breaksOf = new Map(breaks.flatMap(([versions, names]) => names.split(' ').map((name) => [name, versions])));

/** Whether an operator of ai.onnx means the same in two versions; one that is not in the table is taken to have changed. */
export const meansTheSame = (opType: string, from: number, to: number): boolean =>
  from === to || breaksOf.get(opType)?.every((version) => version <= from || version > to) === true;
