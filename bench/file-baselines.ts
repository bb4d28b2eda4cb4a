import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import * as zlib from 'node:zlib';
import { parquetRead } from 'hyparquet';
import { inferSchema, initParser, type Parser } from 'udsv';

const highWaterMark = 1 << 20;
const encoding = 'utf8';

async function eachLine(path: string, take: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const text of createReadStream(path, { highWaterMark, encoding })) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  if (rest !== '') take(rest);
}

/**
 * Numbers of a CSV file without quotes, as one would write it in ten lines: what libraries for CSV reach at best, since
 * they make strings too.
 */
export async function splitCsv(path: string): Promise<void> {
  let sum = 0;
  await eachLine(path, (line) => {
    const cells = line.split(',');
    for (let i = 1; i < cells.length; i++) sum += Number(cells[i]);
  });
  // The header makes it NaN; that it is looked at keeps the work from being left out.
  if (sum === 0) throw new Error('no numbers');
}

/** Lines of NDJSON, parsed and no more. */
export async function parseLines(path: string): Promise<void> {
  let records = 0;
  await eachLine(path, (line) => {
    if (JSON.parse(line) !== null) records++;
  });
  if (records === 0) throw new Error('no records');
}

/** Typed rows of a CSV file by the fastest parser in JavaScript, and no more. */
export async function parseByUdsv(path: string): Promise<void> {
  let parser: Parser | undefined;
  let rows = 0;
  for await (const text of createReadStream(path, { highWaterMark, encoding })) {
    parser ??= initParser(inferSchema(text as string));
    parser.chunk<unknown[][]>(text as string, parser.typedArrs, (chunk: readonly unknown[]) => {
      rows += chunk.length;
    });
  }
  parser?.end();
  if (rows === 0) throw new Error('no rows');
}

/** Columns of a Parquet file by a reader in JavaScript, and no more. */
export async function readByHyparquet(path: string): Promise<void> {
  const file = openSync(path, 'r');
  const byteLength = statSync(path).size;
  let values = 0;
  await parquetRead({
    file: {
      byteLength,
      slice: (from, to = byteLength) => {
        const bytes = new Uint8Array(to - from);
        readSync(file, bytes, 0, bytes.length, from);
        return bytes.buffer;
      },
    },
    compressors: { ZSTD: (packed) => zlib.zstdDecompressSync(packed) },
    onPage: ({ columnData }) => {
      values += columnData.length;
    },
  });
  closeSync(file);
  if (values === 0) throw new Error('no values');
}
