import { ScoringError } from '../core/fault.ts';
import type { RowDecoder } from '../core/formats/decoded-rows.ts';
import type { ParquetPiece } from '../core/parquet/parquet-piece.ts';
import { ParquetRowDecoder, wantedColumns } from '../core/parquet/parquet-rows.ts';
import { type FileFormat, isOfBytes, rowDecoderOf } from './file-format.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { OpenFile } from './ports.ts';
import { unpacked } from './unpack.ts';

/** Readers of files that are not read as a stream of bytes. */
export interface FileReaders {
  /**
   * Reads columns of a Parquet file, by name or JSON Pointer, where it harms nobody else.
   * @throws {ScoringError} `parquet.malformed`, `parquet.unsupported`, `file.too_large`
   */
  parquet(file: OpenFile, wanted: readonly string[]): AsyncIterable<ParquetPiece>;
}

/** A file on its way to become rows. */
export interface FileReading {
  /** Takes the pieces in their order. */
  readonly decoder: RowDecoder<unknown>;
  readonly pieces: AsyncIterable<unknown>;
}

/**
 * How a file becomes rows of a model.
 * @param readers undefined where only formats are read that are streams of bytes
 * @throws {ScoringError} `file.unknown_format`
 */
export function readingOf(
  format: FileFormat,
  file: OpenFile,
  model: LoadedModel,
  keptColumns: readonly string[],
  readers: FileReaders | undefined,
): FileReading {
  if (isOfBytes(format)) {
    const { packing } = format;
    const pieces = packing === undefined ? file.read() : unpacked(file.read(), packing, file.bytes);
    return { decoder: rowDecoderOf(format, model, keptColumns), pieces };
  }
  if (readers === undefined) {
    throw new ScoringError('file.unknown_format', `nothing here reads ${format.rows} files`, { retryable: false });
  }
  return {
    decoder: new ParquetRowDecoder(model.layout, keptColumns),
    pieces: readers.parquet(file, wantedColumns(model.layout, keptColumns)),
  };
}
