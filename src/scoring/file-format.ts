import { ScoringError } from '../core/fault.ts';
import { CsvRowDecoder } from '../core/formats/csv-rows.ts';
import type { RowDecoder } from '../core/formats/decoded-rows.ts';
import { NdjsonRowDecoder } from '../core/formats/ndjson-rows.ts';
import type { LoadedModel } from './loaded-model.ts';

/** How a file is written, by the end of its name. */
export interface FileFormat {
  readonly rows: 'csv' | 'ndjson';
}

const rowsOf: Readonly<Record<string, FileFormat['rows']>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
};

/** @throws {ScoringError} `file.unknown_format` */
export function fileFormatOf(name: string): FileFormat {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const rows = Object.hasOwn(rowsOf, ending) ? rowsOf[ending] : undefined;
  if (rows !== undefined) return { rows };
  const message = `expected a name that ends in .csv, .tsv, .txt, .ndjson or .jsonl, got ".${ending}"`;
  throw new ScoringError('file.unknown_format', message, { retryable: false });
}

/** @param keptColumns columns that are repeated in the result, where the format has columns */
export function rowDecoderOf({ rows }: FileFormat, model: LoadedModel, keptColumns: readonly string[]): RowDecoder {
  return rows === 'csv'
    ? new CsvRowDecoder(model.layout, model.manifest.csv, keptColumns)
    : new NdjsonRowDecoder(model.appendJsonRow, model.jsonBytes);
}
