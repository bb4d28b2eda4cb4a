import { type NodeProto, type TensorProto, TensorProto_DataType } from 'onnx-buf';
import { circular } from './circular.ts';
import { clip, expm1, log1p, remainder, roundHalfToEven, sigmoid } from './elementary.ts';
import { type AttributeValue, node, tensor } from './nodes.ts';
import { has, newestOpset, oldestOpset } from './operator-set.ts';

/** Name of a value in a graph. */
export type Value = string;

/** Everything of ours in a graph begins so; a user's model keeps its own names. */
export const ownPrefix = 'sluice/';

/** More elements than the widest packet of a processor takes: 8 float64 are 512 bits. */
const spareRows = 8;

/**
 * Writes a graph over matrices of float64 [N, columns], where NaN is missing. Each method adds the operators for one
 * operation, as the operator set of the user's model has them, and names the value that they give. Rows broadcast over
 * the batch. Equal constants are stored once. A row's results are the same bits whatever rows are beside it.
 *
 * Infinities and NaN go through as in numpy: NaN gives NaN, except that pow(x, 0) and pow(1, y) are 1.
 */
export class DoubleGraph {
  readonly nodes: NodeProto[] = [];
  readonly constants: TensorProto[] = [];
  /** Version of ai.onnx whose operators may be used. */
  readonly opset: number;
  readonly #constantNames = new Map<string, Value>();
  #count = 0;

  readonly #circularKernels = {
    sin: (angle: Value) => this.#inPackets('Sin', angle),
    cos: (angle: Value) => this.#inPackets('Cos', angle),
  };

  /** @throws {RangeError} when no pipeline can be written in this version; `pipelineOpset` says which one to use */
  constructor(opset: number) {
    if (opset < oldestOpset || opset > newestOpset) {
      throw new RangeError(`ai.onnx ${opset} is outside ${oldestOpset}..${newestOpset}`);
    }
    this.opset = opset;
  }

  /** Adds an operator with one output. */
  op(opType: string, inputs: readonly Value[], attributes: Readonly<Record<string, AttributeValue>> = {}): Value {
    const output = this.#fresh(opType);
    this.nodes.push(node(opType, inputs, [output], attributes));
    return output;
  }

  /** A row [1, k] that every row of the batch meets. */
  row(values: readonly number[]): Value {
    return this.#constant([1, values.length], Float64Array.from(values));
  }

  number(value: number): Value {
    return this.row([value]);
  }

  /** A matrix [rows, columns], row by row. */
  matrix(rows: number, columns: number, values: readonly number[]): Value {
    return this.#constant([rows, columns], Float64Array.from(values));
  }

  /** A row [1, k] of codes of categories. */
  codes(values: readonly number[]): Value {
    return this.#constant([1, values.length], Int32Array.from(values));
  }

  /** A list [k] of positions. */
  positions(values: readonly number[]): Value {
    return this.#constant([values.length], BigInt64Array.from(values, BigInt));
  }

  /** A list [k] of texts. */
  texts(values: readonly string[]): Value {
    return this.#constant([values.length], values);
  }

  add = (a: Value, b: Value): Value => this.op('Add', [a, b]);
  sub = (a: Value, b: Value): Value => this.op('Sub', [a, b]);
  mul = (a: Value, b: Value): Value => this.op('Mul', [a, b]);
  div = (a: Value, b: Value): Value => this.op('Div', [a, b]);
  pow = (a: Value, b: Value): Value => this.op('Pow', [a, b]);
  neg = (a: Value): Value => this.op('Neg', [a]);
  abs = (a: Value): Value => this.op('Abs', [a]);
  /** -1, 0 or 1. */
  sign = (a: Value): Value => this.op('Sign', [a]);
  sqrt = (a: Value): Value => this.op('Sqrt', [a]);
  floor = (a: Value): Value => this.op('Floor', [a]);
  ceil = (a: Value): Value => this.op('Ceil', [a]);
  exp = (a: Value): Value => this.#inPackets('Exp', a);
  log = (a: Value): Value => this.#inPackets('Log', a);
  tanh = (a: Value): Value => this.#inPackets('Tanh', a);
  /** Right near its zeros too, as `cos` is: there a tree may split. */
  sin = (a: Value): Value => circular(this, a, 0, this.#circularKernels);
  cos = (a: Value): Value => circular(this, a, 1, this.#circularKernels);
  matMul = (a: Value, b: Value): Value => this.op('MatMul', [a, b]);
  /** The larger one; NaN when either is. */
  max = (a: Value, b: Value): Value => this.op('Max', [a, b]);
  min = (a: Value, b: Value): Value => this.op('Min', [a, b]);
  /** Values below `min` become `min`, above `max` `max`; NaN stays NaN. */
  clip = (a: Value, min: Value, max: Value): Value => clip(this, a, min, max);
  sigmoid = (a: Value): Value => sigmoid(this, a);
  log1p = (a: Value): Value => log1p(this, a);
  expm1 = (a: Value): Value => expm1(this, a);
  /** To the nearest integer, halves to the even one. */
  round = (a: Value): Value => (has(this.opset, 'doubleRound') ? this.op('Round', [a]) : roundHalfToEven(this, a));
  /** What is left of `a` after whole `b`s, with the sign of `b`: hours of a day are mod(hours, 24), before 1970 too. */
  mod = (a: Value, b: Value): Value => remainder(this, a, b);

  /** Comparisons give booleans; with NaN every one of them is false. */
  less = (a: Value, b: Value): Value => this.op('Less', [a, b]);
  greater = (a: Value, b: Value): Value => this.op('Greater', [a, b]);
  greaterOrEqual = (a: Value, b: Value): Value => this.lessOrEqual(b, a);

  lessOrEqual(a: Value, b: Value): Value {
    if (has(this.opset, 'doubleLessOrEqual')) return this.op('LessOrEqual', [a, b]);
    return this.and(this.not(this.greater(a, b)), this.#areNumbers(a, b));
  }

  equal(a: Value, b: Value): Value {
    if (has(this.opset, 'doubleEqual')) return this.op('Equal', [a, b]);
    return this.and(this.not(this.or(this.less(a, b), this.greater(a, b))), this.#areNumbers(a, b));
  }

  equalCodes = (a: Value, b: Value): Value => this.op('Equal', [a, b]);
  isNaN = (a: Value): Value => this.op('IsNaN', [a]);
  /** Neither NaN nor infinite. */
  isFinite = (a: Value): Value => this.less(this.abs(a), this.number(Number.POSITIVE_INFINITY));
  and = (a: Value, b: Value): Value => this.op('And', [a, b]);
  or = (a: Value, b: Value): Value => this.op('Or', [a, b]);
  not = (a: Value): Value => this.op('Not', [a]);
  /** `a` where the condition holds, else `b`; of float64, codes or texts. ONNX Runtime makes 0 of a -0 in `a`, not in `b`. */
  where = (condition: Value, a: Value, b: Value): Value => this.op('Where', [condition, a, b]);
  /** Whether some boolean of a row is true, [N, 1]. */
  anyColumn = (a: Value): Value => this.greater(this.#countTrue(a), this.number(0));
  /** Whether every boolean of a row is true, [N, 1]. */
  everyColumn = (a: Value): Value => this.not(this.anyColumn(this.not(a)));

  /** Booleans, codes or other numbers as float64. */
  toDouble = (a: Value): Value => this.cast(a, TensorProto_DataType.DOUBLE);
  toInt32 = (a: Value): Value => this.cast(a, TensorProto_DataType.INT32);
  cast = (a: Value, to: TensorProto_DataType): Value => this.op('Cast', [a], { to: BigInt(to) });

  /** Codes as float64; NaN for a code that is missing or unknown. */
  numberOfCode(codes: Value): Value {
    return this.where(this.less(codes, this.codes([0])), this.number(Number.NaN), this.toDouble(codes));
  }

  /**
   * The text of each code, in the codes' shape.
   * @param vocabulary text of code 0, 1, ...
   * @param absent text where the code is missing or unknown
   */
  gatherTexts(codes: Value, vocabulary: readonly string[], absent = ''): Value {
    return this.op('Gather', [this.texts([absent, ...vocabulary]), this.#shiftedCodes(codes)], { axis: 0n });
  }

  /** The number of each code, in the codes' shape: as `gatherTexts`, with numbers. */
  gatherNumbers(codes: Value, table: readonly number[], absent = Number.NaN): Value {
    const numbers = this.#constant([table.length + 1], Float64Array.of(absent, ...table));
    return this.op('Gather', [numbers, this.#shiftedCodes(codes)], { axis: 0n });
  }

  /** Some columns of a matrix, in the given order; one may occur several times. */
  columns = (a: Value, indexes: readonly number[]): Value =>
    this.op('Gather', [a, this.positions(indexes)], { axis: 1n });
  /** Matrices side by side. */
  concat = (parts: readonly Value[]): Value =>
    parts.length === 1 ? parts[0]! : this.op('Concat', parts, { axis: 1n });
  /** A row [1, k] repeated for each row of another matrix, [N, k]. */
  repeatRow = (row: Value, like: Value): Value => this.op('Expand', [row, this.op('Shape', [this.columns(like, [0])])]);
  /** A matrix of one column as a list [N]. */
  toList = (a: Value): Value => this.op('Reshape', [a, this.positions([-1])]);

  /**
   * The sum of each row, [N, 1].
   * @param width number of columns
   */
  sumColumns(a: Value, width: number): Value {
    // ReduceSum adds in an order that hangs on where a row begins in memory; a product with ones does not.
    return this.matMul(a, this.matrix(width, 1, Array<number>(width).fill(1)));
  }

  /** Small whole numbers are added exactly in any order. */
  #countTrue(a: Value): Value {
    const ones = this.toDouble(a);
    return has(this.opset, 'sumAxesByInput')
      ? this.op('ReduceSum', [ones, this.positions([1])], { keepdims: 1n })
      : this.op('ReduceSum', [ones], { axes: [1n], keepdims: 1n });
  }

  #areNumbers = (a: Value, b: Value): Value => this.not(this.or(this.isNaN(a), this.isNaN(b)));

  /** Places in a table whose first entry stands for every negative code. */
  #shiftedCodes(codes: Value): Value {
    const known = this.where(this.less(codes, this.codes([0])), this.codes([-1]), codes);
    return this.op('Add', [known, this.codes([1])]);
  }

  /**
   * A function that ONNX Runtime computes for a packet of elements at once, and for the last ones, that fill no packet,
   * one by one with other last digits. Spare rows take that place, or a row's result would hang on its neighbours.
   */
  #inPackets(opType: string, a: Value): Value {
    const pads = [0, 0, spareRows, 0];
    const padded = has(this.opset, 'padByInputs')
      ? this.op('Pad', [a, this.positions(pads)])
      : this.op('Pad', [a], { pads: pads.map(BigInt) });
    const result = this.op(opType, [padded]);
    const [start, end, axis] = [0, -spareRows, 0];
    return has(this.opset, 'sliceByInputs')
      ? this.op('Slice', [result, this.positions([start]), this.positions([end]), this.positions([axis])])
      : this.op('Slice', [result], { starts: [BigInt(start)], ends: [BigInt(end)], axes: [BigInt(axis)] });
  }

  #constant(dims: readonly number[], data: Float64Array | Int32Array | BigInt64Array | readonly string[]): Value {
    const kind = Array.isArray(data) ? 'texts' : data.constructor.name;
    // Object.is semantics: -0 and 0 are different constants.
    const key = `${kind} ${dims} ${Array.from(data as ArrayLike<unknown>, (value) => (Object.is(value, -0) ? '-0' : JSON.stringify(String(value)))).join()}`;
    let name = this.#constantNames.get(key);
    if (name === undefined) {
      name = this.#fresh('constant');
      this.constants.push(tensor(name, dims, data));
      this.#constantNames.set(key, name);
    }
    return name;
  }

  #fresh(what: string): Value {
    this.#count++;
    return `${ownPrefix}${what.toLowerCase()}-${this.#count}`;
  }
}
