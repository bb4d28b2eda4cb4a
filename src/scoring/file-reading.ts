import { ScoringError } from '../core/fault.ts';
import type { CsvStart } from '../core/formats/csv-rows.ts';
import type { RowDecoder } from '../core/formats/decoded-rows.ts';
import type { ImageSpec } from '../core/manifest/image.ts';
import type { ParquetPiece } from '../core/parquet/parquet-piece.ts';
import { ParquetRowDecoder, wantedColumns } from '../core/parquet/parquet-rows.ts';
import { type PicturePiece, PictureRowDecoder } from '../core/pictures/picture-rows.ts';
import { type FileFormat, isOfBytes, rowDecoderOf } from './file-format.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { OpenFile } from './ports.ts';
import { unpacked } from './unpack.ts';

/** Readers of files that are not read as a stream of bytes. */
export interface FileReaders {
  /**
   * Reads columns of a Parquet file, by name or JSON Pointer, where it harms nobody else.
   * @param range of the file: row groups that begin there are read, by default all
   * @throws {ScoringError} `parquet.malformed`, `parquet.unsupported`, `file.too_large`
   */
  parquet(
    file: OpenFile,
    wanted: readonly string[],
    range?: { readonly from: number; readonly to: number },
  ): AsyncIterable<ParquetPiece>;
  /** The picture that a file is. */
  picture(file: OpenFile, name: string, spec: ImageSpec): AsyncIterable<PicturePiece>;
  /** The pictures of a ZIP archive. @throws {ScoringError} `archive.malformed` */
  pictures(file: OpenFile, spec: ImageSpec): AsyncIterable<PicturePiece>;
}

/** A file on its way to become rows. */
export interface FileReading {
  /** Takes the pieces in their order. */
  readonly decoder: RowDecoder<unknown>;
  readonly pieces: AsyncIterable<unknown>;
  /** Rows that are gathered before they are scored, where they are larger than usual. */
  readonly batchRows?: number;
}

/** A stretch of a file that begins and ends between two records; of a Parquet file between two row groups. */
export interface FileStretch {
  /** undefined where it begins with the file. */
  readonly start: CsvStart | undefined;
  /** The first byte behind it. */
  readonly endByte: number;
}

/** Pictures that are kept in memory at once, in the size of the model. */
const batchPictures = 32;

/**
 * How a file becomes rows of a model.
 * @param name of the file; of a picture it stands in the result
 * @param readers undefined where only formats are read that are streams of bytes
 * @param stretch what is read of a file of CSV, NDJSON or Parquet; by default all
 * @throws {ScoringError} `file.unknown_format`
 */
export function readingOf(
  format: FileFormat,
  file: OpenFile,
  name: string,
  model: LoadedModel,
  keptColumns: readonly string[],
  readers: FileReaders | undefined,
  stretch?: FileStretch,
): FileReading {
  const start = stretch?.start;
  const range = stretch && { from: start?.place.byte ?? 0, to: stretch.endByte };
  if (isOfBytes(format)) {
    const { packing } = format;
    const bytes = file.read(range?.from, range?.to);
    const pieces = packing === undefined ? bytes : unpacked(bytes, packing, file.bytes);
    return { decoder: rowDecoderOf(format, model, keptColumns, start), pieces };
  }
  if (readers === undefined) {
    throw new ScoringError('file.unknown_format', `nothing here reads ${format.rows} files`, { retryable: false });
  }
  if (format.rows !== 'parquet') return picturesOf(format, file, name, model, readers);
  return {
    decoder: new ParquetRowDecoder(model.layout, keptColumns, start?.place.row),
    pieces: readers.parquet(file, wantedColumns(model.layout, keptColumns), range),
  };
}

function picturesOf(
  { rows }: FileFormat,
  file: OpenFile,
  name: string,
  { pictures, manifest }: LoadedModel,
  readers: FileReaders,
): FileReading {
  if (pictures === undefined) {
    const message = `the model ${manifest.name} takes no pictures: its manifest has no "image"`;
    throw new ScoringError('file.unknown_format', message, { retryable: false });
  }
  const { spec } = pictures;
  const pieces = rows === 'picture' ? readers.picture(file, name, spec) : readers.pictures(file, spec);
  return { decoder: new PictureRowDecoder(), pieces, batchRows: batchPictures };
}
