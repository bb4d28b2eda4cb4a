import { ScoringError } from '../core/fault.ts';
import { CsvRowDecoder, type CsvStart } from '../core/formats/csv-rows.ts';
import type { RowDecoder } from '../core/formats/decoded-rows.ts';
import { JsonArrayRowDecoder } from '../core/formats/json-array-rows.ts';
import { NdjsonRowDecoder } from '../core/formats/ndjson-rows.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Packing } from './unpack.ts';

/** How a file is written, by the end of its name. */
export interface FileFormat {
  readonly rows: 'csv' | 'ndjson' | 'json-array';
  /** undefined when it is not packed. */
  readonly packing: Packing | undefined;
}

const rowsByEnding: Readonly<Record<string, FileFormat['rows']>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json-array',
};
const packingByEnding: Readonly<Record<string, Packing>> = { gz: 'gzip', zst: 'zstd' };

/** @throws {ScoringError} `file.unknown_format` */
export function fileFormatOf(name: string): FileFormat {
  const [, ending = '', packed = ''] = /\.([a-z]+?)(?:\.(gz|zst))?$/i.exec(name) ?? [];
  const key = ending.toLowerCase();
  const rows = Object.hasOwn(rowsByEnding, key) ? rowsByEnding[key] : undefined;
  if (rows !== undefined) return { rows, packing: packingByEnding[packed.toLowerCase()] };
  const known = Object.keys(rowsByEnding).join(', .');
  const message = `expected a name that ends in .${known}, or in one of these and .gz or .zst, got ".${ending}"`;
  throw new ScoringError('file.unknown_format', message, { retryable: false });
}

/**
 * @param keptColumns columns that are repeated in the result, where the format has columns
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
      return new NdjsonRowDecoder(model.appendJsonRow, model.jsonBytes, start?.place);
    case 'json-array':
      return new JsonArrayRowDecoder(model.appendJsonRow, model.jsonBytes);
  }
}
