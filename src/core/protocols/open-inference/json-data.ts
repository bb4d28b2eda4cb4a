import { describeValue, type Fault } from '../../fault.ts';
import type { TensorData } from '../../tensor.ts';
import type { Span } from './cut-data.ts';
import type { Datatype } from './datatypes.ts';
import { type ReadValue, readerOf } from './json-values.ts';
import { sizeOf } from './wire-tensor.ts';

const [comma, openBracket, closeBracket] = [0x2c, 0x5b, 0x5d] as const;

/**
 * Reads the data of a tensor: a list of values in row-major order, or lists in lists as the shape has them.
 * @param span where they stand in `bytes`
 * @param at where they stand in the body, for faults
 */
export function readJsonData(
  bytes: Uint8Array,
  span: Span,
  datatype: Datatype,
  shape: readonly number[],
  at: string,
): TensorData | (string | null)[] | Fault {
  const size = sizeOf(shape);
  // A value takes two bytes at least: what cannot be there is not made room for.
  if (size > span.end - span.start) {
    const expected = `${size} values, as the shape [${shape.join()}] says`;
    return malformed(at, expected, `${span.end - span.start} bytes of JSON`);
  }
  const { data, read } = readerOf(datatype, size);
  const fault = new DataReader(bytes, span, shape, read, at).read();
  return fault ?? data;
}

const malformed = (path: string, expected: string, got: string): Fault => ({
  code: 'tensor.malformed',
  path,
  expected,
  got,
});

/** Reads lists in lists without a stack of its own for each: the counts of the open ones are enough. */
class DataReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #shape: readonly number[];
  readonly #size: number;
  readonly #readValue: ReadValue;
  readonly #path: string;
  readonly #counts: number[] = [];
  #at: number;
  #index = 0;
  /** How deep values stand; 0 until the first one. */
  #valueDepth = 0;

  constructor(bytes: Uint8Array, span: Span, shape: readonly number[], readValue: ReadValue, path: string) {
    this.#bytes = bytes;
    this.#at = span.start;
    this.#end = span.end;
    this.#shape = shape;
    this.#size = sizeOf(shape);
    this.#readValue = readValue;
    this.#path = path;
  }

  read(): Fault | undefined {
    if (this.#bytes[this.#at] !== openBracket) return this.#fault('a list', this.#shown());
    do {
      const fault = this.#readToken();
      if (fault !== undefined) return fault;
    } while (this.#counts.length > 0);
    this.#skipSpace();
    if (this.#at !== this.#end) return this.#fault('the end of the list', this.#shown());
    if (this.#index === this.#size) return undefined;
    return this.#fault(`${this.#size} values, as the shape [${this.#shape.join()}] says`, `${this.#index}`);
  }

  /** Reads the opening of a list or a value, and all closings behind it. */
  #readToken(): Fault | undefined {
    this.#skipSpace();
    if (this.#bytes[this.#at] === openBracket) {
      this.#at++;
      this.#counts.push(0);
      if (this.#counts.length > Math.max(1, this.#shape.length)) return this.#fault(this.#depths(), 'more');
      this.#skipSpace();
      return this.#bytes[this.#at] === closeBracket ? this.#closeLists() : undefined;
    }
    return this.#readOne() ?? this.#closeLists();
  }

  #readOne(): Fault | undefined {
    const depth = this.#counts.length;
    if (this.#valueDepth === 0) this.#valueDepth = depth;
    const isFlat = depth === 1;
    if (depth !== this.#valueDepth || !(isFlat || depth === this.#shape.length)) {
      return this.#fault(this.#depths(), `a value ${depth} deep`);
    }
    if (this.#index >= this.#size)
      return this.#fault(`${this.#size} values, as the shape [${this.#shape.join()}] says`, 'more');
    const end = this.#readValue(this.#bytes, this.#at, this.#index);
    if (typeof end === 'string') return this.#fault(end, this.#shown(), `/${this.#index}`);
    this.#at = end;
    this.#index++;
    this.#counts[depth - 1]!++;
    return undefined;
  }

  /** Behind a value comes a comma, or the ends of lists. */
  #closeLists(): Fault | undefined {
    for (;;) {
      this.#skipSpace();
      const byte = this.#bytes[this.#at];
      if (byte === comma) {
        this.#at++;
        return undefined;
      }
      if (byte !== closeBracket) return this.#fault('a comma or the end of a list', this.#shown());
      this.#at++;
      const depth = this.#counts.length;
      const count = this.#counts.pop() as number;
      const isFlat = depth === 1 && this.#valueDepth <= 1;
      if (!isFlat && count !== this.#shape[depth - 1]) {
        return this.#fault(
          `lists of ${this.#shape[depth - 1]}, as the shape [${this.#shape.join()}] says`,
          `one of ${count}`,
        );
      }
      if (depth === 1) return undefined;
      this.#counts[depth - 2]!++;
    }
  }

  #depths(): string {
    const deep = this.#shape.length > 1 ? `one flat list, or lists ${this.#shape.length} deep` : 'one flat list';
    return `${deep}, as the shape [${this.#shape.join()}] says`;
  }

  #skipSpace(): void {
    let byte = this.#bytes[this.#at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#bytes[++this.#at];
  }

  /** The next few bytes, up to where a value must end. */
  #shown(): string {
    const bytes = this.#bytes.subarray(this.#at, Math.min(this.#end, this.#at + 40));
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    return describeValue(/^"[^"]*"?|^[^,\]\s]*/.exec(text)?.[0] || text.slice(0, 1));
  }

  #fault(expected: string, got: string, below = ''): Fault {
    return malformed(this.#path + below, expected, got);
  }
}
