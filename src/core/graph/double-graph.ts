import { type NodeProto, type TensorProto, TensorProto_DataType } from 'onnx-buf';
import { type AttributeValue, node, tensor } from './nodes.ts';

/** Name of a value in a graph. */
export type Value = string;

/** Everything of ours in a graph begins so; a user's model keeps its own names. */
const prefix = 'sluice/';

/**
 * Writes a graph over matrices of float64 [N, columns], where NaN is missing. Each method adds the operators for one
 * operation, as the operator set of the user's model has them, and names the value that they give. Rows broadcast over
 * the batch. Equal constants are stored once.
 */
export class DoubleGraph {
  readonly nodes: NodeProto[] = [];
  readonly constants: TensorProto[] = [];
  /** Version of ai.onnx whose operators may be used. */
  readonly opset: number;
  readonly #constantNames = new Map<string, Value>();
  #count = 0;

  constructor(opset: number) {
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
  exp = (a: Value): Value => this.op('Exp', [a]);
  log = (a: Value): Value => this.op('Log', [a]);
  sqrt = (a: Value): Value => this.op('Sqrt', [a]);
  floor = (a: Value): Value => this.op('Floor', [a]);
  tanh = (a: Value): Value => this.op('Tanh', [a]);
  sin = (a: Value): Value => this.op('Sin', [a]);
  cos = (a: Value): Value => this.op('Cos', [a]);
  matMul = (a: Value, b: Value): Value => this.op('MatMul', [a, b]);

  /** Comparisons give booleans; with NaN every one of them is false. */
  less = (a: Value, b: Value): Value => this.op('Less', [a, b]);
  greater = (a: Value, b: Value): Value => this.op('Greater', [a, b]);
  lessOrEqual = (a: Value, b: Value): Value => this.or(this.less(a, b), this.equal(a, b));
  greaterOrEqual = (a: Value, b: Value): Value => this.or(this.greater(a, b), this.equal(a, b));
  equal = (a: Value, b: Value): Value => this.op('Equal', [a, b]);
  equalCodes = (a: Value, b: Value): Value => this.op('Equal', [a, b]);
  isNaN = (a: Value): Value => this.op('IsNaN', [a]);
  and = (a: Value, b: Value): Value => this.op('And', [a, b]);
  or = (a: Value, b: Value): Value => this.op('Or', [a, b]);
  not = (a: Value): Value => this.op('Not', [a]);
  where = (condition: Value, a: Value, b: Value): Value => this.op('Where', [condition, a, b]);

  /** Values below `min` become `min`, above `max` `max`; NaN stays NaN. */
  clip(a: Value, min: Value, max: Value): Value {
    const raised = this.where(this.less(a, min), min, a);
    return this.where(this.greater(raised, max), max, raised);
  }

  /** The logistic function; ONNX Runtime's own loses digits in float64. */
  sigmoid(a: Value): Value {
    const one = this.number(1);
    return this.div(one, this.add(one, this.exp(this.neg(a))));
  }

  /** log(1 + x), with the digits that a tiny x would lose. */
  log1p(a: Value): Value {
    const one = this.number(1);
    const sum = this.add(one, a);
    // What the addition dropped comes back to first order: log(1+x) = log(u) - ((u-1)-x)/u with u the rounded sum.
    return this.sub(this.log(sum), this.div(this.sub(this.sub(sum, one), a), sum));
  }

  /** Booleans, codes or other numbers as float64. */
  toDouble = (a: Value): Value => this.cast(a, TensorProto_DataType.DOUBLE);
  cast = (a: Value, to: TensorProto_DataType): Value => this.op('Cast', [a], { to: BigInt(to) });

  /** Some columns of a matrix, in the given order; one may occur several times. */
  columns = (a: Value, indexes: readonly number[]): Value =>
    this.op('Gather', [a, this.positions(indexes)], { axis: 1n });
  /** Matrices side by side. */
  concat = (parts: readonly Value[]): Value =>
    parts.length === 1 ? parts[0]! : this.op('Concat', parts, { axis: 1n });

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
    return `${prefix}${what.toLowerCase()}-${this.#count}`;
  }
}
