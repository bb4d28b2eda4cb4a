import { ScoringError } from '../core/fault.ts';
import { CsvRowDecoder, type CsvStart } from '../core/formats/csv-rows.ts';
import type { RowDecoder } from '../core/formats/decoded-rows.ts';
import { JsonArrayRowDecoder } from '../core/formats/json-array-rows.ts';
import { NdjsonRowDecoder } from '../core/formats/ndjson-rows.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Packing } from './unpack.ts';

/** How a file is written, by the end of its name. */
export interface FileFormat {
  readonly rows: ByteRows | 'parquet' | 'picture' | 'pictures';
  /** undefined when it is not packed. */
  readonly packing: Packing | undefined;
}

/** Formats that are read as a stream of bytes. */
export type ByteRows = 'csv' | 'ndjson' | 'json-array';

const rowsByEnding: Readonly<Record<string, FileFormat['rows']>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json-array',
  parquet: 'parquet',
  jpg: 'picture',
  jpeg: 'picture',
  png: 'picture',
  webp: 'picture',
  zip: 'pictures',
};
const packingByEnding: Readonly<Record<string, Packing>> = { gz: 'gzip', zst: 'zstd' };

/** @throws {ScoringError} `file.unknown_format` */
export function fileFormatOf(name: string): FileFormat {
  const [, ending = '', packedAs = ''] = /\.([a-z]+?)(?:\.(gz|zst))?$/i.exec(name) ?? [];
  const key = ending.toLowerCase();
  const rows = Object.hasOwn(rowsByEnding, key) ? rowsByEnding[key] : undefined;
  const packing = packingByEnding[packedAs.toLowerCase()];
  // The others are packed inside already, and not all are read from front to back.
  if (rows !== undefined && (packing === undefined || isByteRows(rows))) return { rows, packing };
  const known = Object.keys(rowsByEnding).join(', .');
  const got = `".${ending}${packing === undefined ? '' : `.${packedAs}`}"`;
  const packed = Object.keys(rowsByEnding).filter((each) => isByteRows(rowsByEnding[each]!));
  const message = `expected a name that ends in .${known}, or in .${packed.join(', .')} and .gz or .zst, got ${got}`;
  throw new ScoringError('file.unknown_format', message, { retryable: false });
}

const isByteRows = (rows: FileFormat['rows']): rows is ByteRows =>
  rows === 'csv' || rows === 'ndjson' || rows === 'json-array';

/** Whether files of a format are read as a stream of bytes. */
export const isOfBytes = (format: FileFormat): format is FileFormat & { readonly rows: ByteRows } =>
  isByteRows(format.rows);

/**
 * The decoder of a format that is a stream of bytes.
 * @param keptColumns columns or fields that are repeated in the result
 * @param start where the bytes begin in the middle of a CSV or NDJSON file
 */
export function rowDecoderOf(
  { rows }: FileFormat,
  model: LoadedModel,
  keptColumns: readonly string[],
  start?: CsvStart,
): RowDecoder {
  switch (rows) {
    case 'csv':
      return new CsvRowDecoder(model.layout, model.manifest.csv, keptColumns, start);
    case 'ndjson':
      return new NdjsonRowDecoder(model.appendJsonRow, model.jsonBytes, start?.place, keptColumns);
    case 'json-array':
      return new JsonArrayRowDecoder(model.appendJsonRow, model.jsonBytes, keptColumns);
    default:
      throw new TypeError(`${rows} is no stream of bytes`);
  }
}
