import { limits } from '../../core/limits.ts';
import { malformed, ParquetError, unsupported } from '../../core/parquet/broken.ts';
import { ColumnCursor, type PageReading } from '../../core/parquet/column-cursor.ts';
import { valueKindOf } from '../../core/parquet/column-type.ts';
import type { PageHeader } from '../../core/parquet/page.ts';
import type { ParquetPiece } from '../../core/parquet/parquet-piece.ts';
import { unpackerOf } from './page-codecs.ts';
import { readPageHeader } from './page-header.ts';
import { type ParquetLayout, readFooter, type StoredGroup } from './parquet-footer.ts';
import type { ByteRange } from './parquet-messages.ts';
import { fetchedGroups, wantedOf } from './row-groups.ts';

/** A Parquet file, wherever it lies. */
export interface StoredFile {
  readonly bytes: number;
  /** Each range's bytes; fewer of them where the file is not whole. */
  fetch(ranges: readonly ByteRange[]): Promise<readonly Uint8Array[]>;
  /** Called for each page, before work on it begins. */
  isAlive(): void;
}

/** Rows handed out at once: enough that the hand-over costs little, and of many columns no more than fit so many bytes. */
const [sliceRowsMax, sliceBytes] = [4_096, 4 << 20];
/** What is fetched of the end of a file at first: the footer of most files. */
const tailBytes = 64 << 10;
/** The length of the footer and the mark at the end of every file. */
const trailerBytes = 8;
const mark = 'PAR1';

/**
 * Reads a Parquet file row group by row group, its pages as their rows come.
 * @param wanted names of the columns to read, or JSON Pointers to them
 * @param range of the file: row groups that begin there are read, by default all
 * @throws {ParquetError}, or whatever a broken file makes its reader throw
 */
export async function* parquetPieces(
  file: StoredFile,
  wanted: readonly string[],
  range?: ByteRange,
): AsyncGenerator<ParquetPiece> {
  const { columns: all, names, groups } = await fetchFooter(file);
  const columns = all.filter(({ name, pointer }) => wanted.includes(name) || wanted.includes(pointer));
  yield {
    kind: 'columns',
    names,
    columns: columns.map((column) => ({
      name: column.name,
      pointer: column.pointer,
      kind: valueKindOf(column),
      isFloat32: column.physical === 'FLOAT',
    })),
    groups: groups.map(({ from, rows }) => ({ byte: from, rows })),
  };
  const readingOfGroup = boundedReadings(file);
  const sliceRows = Math.ceil(Math.min(sliceRowsMax, sliceBytes / (Float64Array.BYTES_PER_ELEMENT * columns.length)));
  const isInRange = ({ from }: StoredGroup) => range === undefined || (from >= range.from && from < range.to);
  const wantedGroups = groups.filter(isInRange).map((group) => wantedOf(group, columns));
  for await (const { group, stored } of fetchedGroups(file, wantedGroups)) {
    const reading = readingOfGroup();
    const cursors = group.chunks.map(({ column, codec }, i) => {
      const chunk = { column, bytes: stored[i] ?? new Uint8Array(0), unpack: unpackerOf(codec) };
      return new ColumnCursor(chunk, reading);
    });
    for (let row = 0; row < group.rows; row += sliceRows) {
      const rows = Math.min(sliceRows, group.rows - row);
      yield { kind: 'slice', rows, columns: cursors.map((cursor) => cursor.take(rows)) };
    }
  }
}

async function fetchFooter(file: StoredFile): Promise<ParquetLayout> {
  const { bytes: fileBytes } = file;
  if (fileBytes < trailerBytes + mark.length) throw malformed(`a file of ${fileBytes} bytes`);
  const from = Math.max(0, fileBytes - tailBytes);
  const [tail] = await file.fetch([{ from, to: fileBytes }]);
  if (tail === undefined || tail.length !== fileBytes - from) throw malformed('the end of the file is not there');
  const trailer = Buffer.from(tail.buffer, tail.byteOffset + tail.length - trailerBytes, trailerBytes);
  if (trailer.toString('latin1', 4) !== mark) throw malformed(`the file does not end with ${mark}`);
  const footerBytes = trailer.readUInt32LE(0) + trailerBytes;
  if (footerBytes > fileBytes) throw malformed('the footer is longer than the file');
  if (footerBytes > limits.parquetFooterBytesMax) throw unsupported(`a footer of ${footerBytes} bytes`);
  if (footerBytes <= tail.length) return readFooter(tail, fileBytes);
  const [rest] = await file.fetch([{ from: fileBytes - footerBytes, to: from }]);
  return readFooter(Buffer.concat([rest ?? new Uint8Array(0), tail]), fileBytes);
}

/** Counts what comes out of all pages, as of any packed file, and what the columns of one row group hold at once. */
function boundedReadings(file: StoredFile): () => PageReading {
  const bytesMax = Math.max(limits.unpackedFreeBytes, limits.unpackedRatioMax * file.bytes);
  let unpackedBytes = 0;
  return () => {
    let held = 0;
    const take = (header: PageHeader, moreBytes: number) => {
      file.isAlive();
      unpackedBytes += Math.max(header.unpackedBytes, header.values);
      held += moreBytes;
      if (unpackedBytes > bytesMax) {
        throw new ParquetError('file.too_large', `expected at most ${bytesMax} bytes out of ${file.bytes}, got more`);
      }
      if (held > limits.parquetGroupBytesMax) throw unsupported(`pages of ${held} bytes at once`);
    };
    return { readHeader: readPageHeader, take };
  };
}
