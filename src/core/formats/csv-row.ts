import type { Fault } from '../fault.ts';

/** One row inside the reader's buffer. It is valid only until the next one is asked for. */
export interface CsvRow {
  readonly bytes: Uint8Array;
  readonly fieldCount: number;
  /** Where field `i` begins and ends, without its quotes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 when field `i` holds doubled quotes that stand for one. */
  readonly escaped: Uint8Array;
  /** Line of the file where the row begins, from 1, and its byte, from 0. */
  readonly line: number;
  readonly byte: number;
  readonly quote: string;
  readonly textOf: TextOf;
}

/** Takes a row, or what is wrong with the row that begins at this place. */
export interface CsvTarget {
  row(row: CsvRow): void;
  fault(fault: Fault, line: number, byte: number): void;
  /**
   * Takes the row that begins at `at` without a look for its fields first, where that can be done; a line feed stands
   * somewhere behind `at`. Without this method every row comes through `row`.
   * @returns where the next line begins; -1 to have the row through `row`
   */
  quickRow?(bytes: Uint8Array, at: number, line: number, byte: number): number;
}

/** The text of bytes; undefined when they are none in this encoding. */
export type TextOf = (bytes: Uint8Array, start: number, end: number) => string | undefined;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const windows1252 = new TextDecoder('windows-1252');

/** Reads the text of fields, by the encoding of the bytes that the reader is given. */
export const textReaders = {
  'utf-8': (bytes, start, end) => {
    try {
      return utf8.decode(bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  },
  latin1: (bytes, start, end) => Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'),
  'windows-1252': (bytes, start, end) => windows1252.decode(bytes.subarray(start, end)),
} as const satisfies Readonly<Record<string, TextOf>>;

/** The text of a field; undefined when its bytes are no text in the encoding of the file. */
export function fieldText(row: CsvRow, field: number): string | undefined {
  const text = row.textOf(row.bytes, row.starts[field]!, row.ends[field]!);
  return row.escaped[field] === 1 ? text?.replaceAll(row.quote + row.quote, row.quote) : text;
}

/** Whether no field of a row holds anything: spreadsheets leave such rows behind the last one. */
export function isEmptyRow({ fieldCount, starts, ends }: CsvRow): boolean {
  for (let field = 0; field < fieldCount; field++) if (starts[field] !== ends[field]) return false;
  return true;
}

/** The names in a header. */
export const namesIn = (row: CsvRow): string[] =>
  Array.from({ length: row.fieldCount }, (_, i) => fieldText(row, i)?.trim() ?? '');
