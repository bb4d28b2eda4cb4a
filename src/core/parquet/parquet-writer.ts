import * as zlib from 'node:zlib';
import { printThrift, type ThriftStruct } from './thrift-writer.ts';

/** A column to write: every row has a value. */
export interface WrittenColumn {
  readonly name: string;
  readonly kind: 'integer' | 'float32' | 'float64' | 'boolean' | 'text';
}

/** A value of a row, by the kind of its column. */
export type WrittenValue = number | boolean | string;

/** Rows of a row group: readers take one at a time, and a writer holds one in memory. */
const usualGroupRows = 65_536;

const mark = Buffer.from('PAR1');
/** Numbers of the format for types, codecs, encodings and what texts are. */
const types = { boolean: 0, integer: 2, float32: 4, float64: 5, text: 6 } as const;
const [uncompressed, zstd, plain, runs, required, utf8] = [0, 6, 0, 3, 0, 0] as const;
/** Writers of a format that names none are not told from each other when something is wrong. */
const createdBy = 'sluice';

/** Writes rows as a Parquet file, piece by piece. The same rows give the same bytes. */
export class ParquetWriter {
  readonly #columns: readonly WrittenColumn[];
  readonly #groupRows: number;
  #values: WrittenValue[][];
  #rows = 0;
  #offset = 0;
  readonly #groups: { readonly rows: number; readonly chunks: ThriftStruct[]; readonly bytes: number }[] = [];

  constructor(columns: readonly WrittenColumn[], groupRows = usualGroupRows) {
    this.#columns = columns;
    this.#groupRows = groupRows;
    this.#values = columns.map(() => []);
  }

  /** What stands before the first row. */
  begin(): Uint8Array {
    this.#offset = mark.length;
    return mark;
  }

  /** Takes a row. @returns the bytes that are written by it: a row group now and then */
  append(row: readonly WrittenValue[]): Uint8Array | undefined {
    for (const [i, values] of this.#values.entries()) values.push(row[i]!);
    this.#rows++;
    return this.#rows === this.#groupRows ? this.#group() : undefined;
  }

  /** What is left, and the footer. */
  end(): Uint8Array {
    const group = this.#rows === 0 ? Buffer.alloc(0) : this.#group();
    const footer = printThrift(this.#footer());
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return Buffer.concat([group, footer, length, mark]);
  }

  #group(): Buffer {
    const parts: Buffer[] = [];
    const chunks: ThriftStruct[] = [];
    const start = this.#offset;
    for (const [i, column] of this.#columns.entries()) {
      const { bytes, unpackedBytes, codec } = pageOf(column, this.#values[i]!);
      const metadata = {
        1: types[column.kind],
        2: [plain, runs],
        3: [column.name],
        4: codec,
        5: BigInt(this.#rows),
        6: BigInt(unpackedBytes),
        7: BigInt(bytes.length),
        9: BigInt(this.#offset),
      };
      chunks.push({ 2: BigInt(this.#offset), 3: metadata });
      parts.push(bytes);
      this.#offset += bytes.length;
    }
    this.#groups.push({ rows: this.#rows, chunks, bytes: this.#offset - start });
    this.#values = this.#columns.map(() => []);
    this.#rows = 0;
    return Buffer.concat(parts);
  }

  #footer(): ThriftStruct {
    const rows = this.#groups.reduce((sum, group) => sum + group.rows, 0);
    const elements = this.#columns.map(({ name, kind }) => ({
      1: types[kind],
      3: required,
      4: name,
      6: kind === 'text' ? utf8 : undefined,
      10: kind === 'text' ? { 1: {} } : undefined,
    }));
    return {
      1: 2,
      2: [{ 4: 'schema', 5: this.#columns.length }, ...elements],
      3: BigInt(rows),
      4: this.#groups.map((group) => ({ 1: group.chunks, 2: BigInt(group.bytes), 3: BigInt(group.rows) })),
      6: createdBy,
    };
  }
}

/** One page with all values of a column in a row group, behind its header. */
function pageOf(
  { kind }: WrittenColumn,
  values: readonly WrittenValue[],
): { bytes: Buffer; unpackedBytes: number; codec: number } {
  const page = plainValues(kind, values);
  // Older Nodes cannot pack by zstd.
  const canPack = typeof zlib.zstdCompressSync === 'function';
  const packed = canPack ? zlib.zstdCompressSync(page) : page;
  const header = printThrift({
    1: 0,
    2: page.length,
    3: packed.length,
    4: zlib.crc32(packed) | 0,
    5: { 1: values.length, 2: plain, 3: runs, 4: runs },
  });
  return {
    bytes: Buffer.concat([header, packed]),
    unpackedBytes: header.length + page.length,
    codec: canPack ? zstd : uncompressed,
  };
}

function plainValues(kind: WrittenColumn['kind'], values: readonly WrittenValue[]): Buffer {
  switch (kind) {
    case 'integer':
      return Buffer.from(BigInt64Array.from(values as number[], BigInt).buffer);
    case 'float32':
      return Buffer.from(Float32Array.from(values as number[]).buffer);
    case 'float64':
      return Buffer.from(Float64Array.from(values as number[]).buffer);
    case 'boolean': {
      const bits = Buffer.alloc(Math.ceil(values.length / 8));
      for (const [i, value] of values.entries()) if (value === true) bits[i >> 3]! |= 1 << (i & 7);
      return bits;
    }
    case 'text':
      return Buffer.concat(values.flatMap((value) => prefixed(Buffer.from(String(value)))));
  }
}

function prefixed(text: Buffer): [Buffer, Buffer] {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(text.length);
  return [length, text];
}
