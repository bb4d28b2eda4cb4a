import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { jsonRowReader } from '../core/batch/json-rows.ts';
import type { Layout } from '../core/batch/layout.ts';
import { type Fault, ScoringError, valid } from '../core/fault.ts';
import { CsvRowDecoder } from '../core/formats/csv-rows.ts';
import { DecodedRows, type RowDecoder } from '../core/formats/decoded-rows.ts';
import { NdjsonRowDecoder } from '../core/formats/ndjson-rows.ts';
import type { CsvDialect } from '../core/manifest/csv.ts';
import type { DataRows } from '../scoring/packages/data-rows.ts';

/** Rows gathered before they are handed on. */
const batchRows = 2_048;

/**
 * The rows of a CSV or NDJSON file on this machine. Each reading begins anew; memory is bounded by a piece.
 * @throws {ScoringError} `file.unknown_format`; while it is read `file.not_found`, or what is wrong with its header
 */
export function openDataFile(path: string, dialect: CsvDialect): DataRows {
  const decoderFor = (layout: Layout): RowDecoder => {
    const ending = extname(path).toLowerCase();
    if (ending === '.csv' || ending === '.txt') return new CsvRowDecoder(layout, dialect, []);
    if (ending === '.ndjson' || ending === '.jsonl') return new NdjsonRowDecoder(jsonRowReader(layout));
    const message = `${path}: rows are read from .csv, .txt, .ndjson and .jsonl files`;
    throw new ScoringError('file.unknown_format', message, { retryable: false });
  };
  return {
    async *read(layout) {
      const decoder = decoderFor(layout);
      let rows = new DecodedRows(layout, batchRows);
      const mustRead = (faults: readonly Fault[] | undefined) => {
        if (faults !== undefined) valid([...faults], path);
      };
      for await (const bytes of bytesOf(path)) {
        mustRead(decoder.decode(bytes, rows));
        if (rows.batch.length + rows.faults.length < batchRows) continue;
        yield rows;
        rows = new DecodedRows(layout, batchRows);
      }
      mustRead(decoder.finish(rows));
      yield rows;
    },
  };
}

async function* bytesOf(path: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20 });
  } catch (error) {
    throw new ScoringError('file.not_found', `${path} cannot be read: ${(error as Error).message}`, {
      retryable: false,
      cause: error,
    });
  }
}
