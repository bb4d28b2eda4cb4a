import {
  type FileMetaData,
  parquetMetadata,
  parquetSchema,
  type RowGroup,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';
import { pointerTo } from '../../core/fault.ts';
import { malformed, unsupported } from '../../core/parquet/broken.ts';
import type { ColumnType, Meaning } from '../../core/parquet/column-type.ts';
import type { ByteRange } from './parquet-messages.ts';

/** One column of a row group in the file. */
export interface StoredChunk extends ByteRange {
  readonly codec: string;
}

/** Where the rows lie. */
export interface StoredGroup {
  /** The first byte of its columns. */
  readonly from: number;
  readonly rows: number;
  /** By the name of the column. */
  readonly chunks: ReadonlyMap<string, StoredChunk>;
}

export interface ParquetLayout {
  /** Columns with one value a row. */
  readonly columns: readonly ColumnType[];
  /** Names of all columns, those of lists too, which cannot be read. */
  readonly names: readonly string[];
  readonly groups: readonly StoredGroup[];
}

/** Reads what a file says of itself at its end. @param bytes the last bytes of the file, the whole footer among them */
export function readFooter(bytes: Uint8Array, fileBytes: number): ParquetLayout {
  const metadata = metadataOf(bytes);
  const leaves = leavesOf(parquetSchema(metadata), []);
  return {
    columns: leaves.filter(({ isRepeated }) => !isRepeated).map(({ path }) => columnOf(path)),
    names: leaves.map(({ path }) => nameOf(path)),
    groups: metadata.row_groups.map((group) => groupOf(group, fileBytes)),
  };
}

function metadataOf(bytes: Uint8Array): FileMetaData {
  try {
    return parquetMetadata(bytes, { geoparquet: false });
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

interface Leaf {
  readonly path: readonly SchemaElement[];
  readonly isRepeated: boolean;
}

function leavesOf(tree: SchemaTree, above: readonly SchemaElement[]): Leaf[] {
  return tree.children.flatMap((child) => {
    const path = [...above, child.element];
    if (child.children.length > 0) return leavesOf(child, path);
    return [{ path, isRepeated: path.some((each) => each.repetition_type === 'REPEATED') }];
  });
}

const nameOf = (path: readonly { readonly name: string }[]): string => path.map(({ name }) => name).join('.');

function columnOf(path: readonly SchemaElement[]): ColumnType {
  const element = path.at(-1)!;
  if (element.type === undefined) throw malformed(`the column "${nameOf(path)}" has no type`);
  return {
    name: nameOf(path),
    pointer: pointerTo(...path.map(({ name }) => name)),
    physical: element.type,
    fixedBytes: element.type_length ?? 0,
    levels: path.filter((each) => each.repetition_type !== 'REQUIRED').length,
    meaning: meaningOf(element),
  };
}

/** What values mean when nothing more is said of them than how they lie. */
const plainMeanings = {
  BOOLEAN: 'boolean',
  INT32: 'number',
  INT64: 'integer',
  INT96: 'int96',
  FLOAT: 'number',
  DOUBLE: 'number',
  BYTE_ARRAY: 'text',
  FIXED_LEN_BYTE_ARRAY: 'text',
} as const;

const perMsOf = { MILLIS: 1, MICROS: 1_000, NANOS: 1_000_000 } as const;

function meaningOf({ type, converted_type: converted, logical_type: logical, scale = 0 }: SchemaElement): Meaning {
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    return { kind: 'decimal', scale: logical?.type === 'DECIMAL' ? logical.scale : scale };
  }
  if (logical?.type === 'TIMESTAMP') return { kind: 'time', perMs: perMsOf[logical.unit] };
  if (converted === 'TIMESTAMP_MILLIS') return { kind: 'time', perMs: 1 };
  if (converted === 'TIMESTAMP_MICROS') return { kind: 'time', perMs: 1_000 };
  if (converted === 'DATE' || logical?.type === 'DATE') return { kind: 'day' };
  if (logical?.type === 'FLOAT16') return { kind: 'float16' };
  if (logical?.type === 'UUID') return { kind: 'uuid' };
  const isUnsigned = converted?.startsWith('UINT_') || (logical?.type === 'INTEGER' && !logical.isSigned);
  if (isUnsigned && type === 'INT64') return { kind: 'unsigned64' };
  if (isUnsigned && type === 'INT32') return { kind: 'unsigned32' };
  return { kind: plainMeanings[type!] };
}

function groupOf({ num_rows, columns }: RowGroup, fileBytes: number): StoredGroup {
  const rows = Number(num_rows);
  if (!Number.isSafeInteger(rows) || rows < 0) throw malformed(`a row group of ${num_rows} rows`);
  const chunks = columns.map(({ file_path, meta_data }) => {
    if (file_path !== undefined) throw unsupported('columns in files of their own');
    if (meta_data === undefined) throw unsupported('columns that are encrypted');
    const { dictionary_page_offset: dictionary, data_page_offset, total_compressed_size, codec } = meta_data;
    const from = Number(dictionary && dictionary < data_page_offset ? dictionary : data_page_offset);
    const to = from + Number(total_compressed_size);
    if (!(from >= 0 && from < fileBytes && to >= from && to <= fileBytes))
      throw malformed('a column lies outside of the file');
    return [meta_data.path_in_schema.join('.'), { from, to, codec }] as const;
  });
  // A group without columns is found to be broken by whoever reads the beginning of the file.
  const from = chunks.reduce((first, [, { from }]) => Math.min(first, from), chunks.length === 0 ? 0 : fileBytes);
  return { from, rows, chunks: new Map(chunks) };
}
