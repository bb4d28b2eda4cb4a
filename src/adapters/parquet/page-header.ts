import { parquetHeader } from 'hyparquet/src/column.js';
import type { ReadPageHeader } from '../../core/parquet/column-cursor.ts';
import type { PageHeader } from '../../core/parquet/page.ts';

const kinds: Readonly<Record<string, PageHeader['kind']>> = {
  DICTIONARY_PAGE: 'dictionary',
  DATA_PAGE: 'data',
  DATA_PAGE_V2: 'data-v2',
};

/** Reads the header of a page by hyparquet's reader of Thrift. */
export const readPageHeader: ReadPageHeader = (chunk, at) => {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: at };
  const header = parquetHeader(reader);
  const { data_page_header: data, data_page_header_v2: second, dictionary_page_header: dictionary } = header;
  return {
    end: reader.offset,
    header: {
      kind: kinds[header.type ?? ''] ?? 'other',
      packedBytes: header.compressed_page_size,
      unpackedBytes: header.uncompressed_page_size,
      crc: header.crc,
      values: data?.num_values ?? second?.num_values ?? dictionary?.num_values ?? 0,
      encoding: data?.encoding ?? second?.encoding ?? 'PLAIN',
      levelsEncoding: data?.definition_level_encoding ?? 'RLE',
      levelsBytes: (second?.definition_levels_byte_length ?? 0) + (second?.repetition_levels_byte_length ?? 0),
      isPacked: second?.is_compressed ?? true,
    },
  };
};
