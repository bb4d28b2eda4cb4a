import { parquetLines } from '../../core/formats/parquet-lines.ts';
import { csvLines, float32Outputs, ndjsonLines, type ScoreLines } from '../../core/formats/score-lines.ts';
import type { FileRoute } from '../../core/routes/routes.ts';
import type { FileFormat } from '../file-format.ts';
import type { LoadedModel } from '../loaded-model.ts';

type Wanted = Pick<FileRoute, 'results'>;

const linesOf = { csv: csvLines, ndjson: ndjsonLines, parquet: parquetLines } as const;

/** How the scores of a file are written: as its route says, else records of JSON give such, and all others CSV. */
const resultsOf = ({ rows }: FileFormat, { results }: Wanted): keyof typeof linesOf =>
  results ?? (rows === 'ndjson' || rows === 'json-array' ? 'ndjson' : 'csv');

/** Writes the scores of a file, or of a part of it. */
export function scoreLinesOf(
  format: FileFormat,
  route: Wanted,
  model: LoadedModel,
  keptColumns: readonly string[],
): ScoreLines {
  const float32s = float32Outputs(model.manifest, model.scorer.outputs);
  return linesOf[resultsOf(format, route)](keptColumns, float32s);
}

/** The files that the scores of such a file become. */
export interface ScoreFiles {
  readonly contentType: string;
  /** Whether each part becomes a file of its own: pieces of Parquet, one behind the other, are no Parquet file. */
  readonly isOneAPart: boolean;
  /** The file that the scores of this part go to. */
  nameOf(part: number): string;
}

const partDigits = 6;

export function scoreFilesOf(format: FileFormat, route: Wanted): ScoreFiles {
  const results = resultsOf(format, route);
  const { extension, contentType } = linesOf[results]([], new Set());
  const isOneAPart = results === 'parquet';
  const nameOf = (part: number) =>
    isOneAPart ? `part-${String(part).padStart(partDigits, '0')}.${extension}` : `scores.${extension}`;
  return { contentType, isOneAPart, nameOf };
}
