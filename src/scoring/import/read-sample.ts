import { describeFault, ScoringError } from '../../core/fault.ts';
import { type SampleColumn, sniffColumns } from '../../core/import/sniff-columns.ts';
import { sniffCsv } from '../../core/import/sniff-csv.ts';
import type { CsvDialectInput } from '../../core/manifest/csv.ts';
import type { GivenFiles } from './import-ports.ts';

/** Rows such as a model will get, and how they are written. */
export interface Sample {
  readonly dialect: CsvDialectInput;
  readonly columns: readonly SampleColumn[];
  /** What a person should know of the file. */
  readonly remarks: readonly string[];
}

/** Of larger files the beginning is looked at. */
const sampleBytesMax = 4 << 20;

/** @throws {ScoringError} what is wrong with the file */
export async function readSample(files: GivenFiles, path: string): Promise<Sample> {
  const { bytes, isWhole } = await files.readStart(path, sampleBytesMax);
  const table = sniffCsv(bytes, isWhole);
  if ('code' in table) throw new ScoringError(table.code, `${path}: ${describeFault(table)}`, { retryable: false });
  return { dialect: table.dialect, columns: sniffColumns(table), remarks: table.remarks };
}
