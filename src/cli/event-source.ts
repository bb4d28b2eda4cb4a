import { createReadStream } from 'node:fs';
import { CsvReader } from '../core/formats/csv-reader.ts';
import { fieldText } from '../core/formats/csv-row.ts';
import { UsageError } from './usage-error.ts';

/** An event as it is sent: the bytes of its body, and the key that keeps a device's events in order. */
export interface OutgoingEvent {
  readonly body: Buffer;
  readonly key?: string;
}

/** The bytes of a file, or of standard input for `-`. */
export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* (file === '-' ? process.stdin : createReadStream(file)) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Events of a file: each line of NDJSON is sent as it is, each row of CSV as a JSON object.
 * @param keyField name of the field whose value is the key
 */
export async function* eventsOf(
  bytes: AsyncIterable<Buffer>,
  format: 'csv' | 'ndjson',
  keyField: string | undefined,
): AsyncGenerator<OutgoingEvent> {
  const parser = format === 'csv' ? new CsvEvents(keyField) : new LineEvents(keyField);
  for await (const chunk of bytes) yield* parser.push(chunk);
  yield* parser.end();
}

const withKey = (body: Buffer, key: unknown): OutgoingEvent =>
  typeof key === 'string' || typeof key === 'number' ? { body, key: String(key) } : { body };

class LineEvents {
  readonly #keyField: string | undefined;
  #rest = Buffer.alloc(0);

  constructor(keyField: string | undefined) {
    this.#keyField = keyField;
  }

  push(chunk: Buffer): OutgoingEvent[] {
    const lines = Buffer.concat([this.#rest, chunk]).toString('latin1').split('\n');
    this.#rest = Buffer.from(lines.pop() ?? '', 'latin1');
    return lines.flatMap((line) => this.#eventOf(Buffer.from(line, 'latin1')));
  }

  end(): OutgoingEvent[] {
    return this.#eventOf(this.#rest);
  }

  /** What is not JSON is sent all the same: it is for the receiver to judge. */
  #eventOf(body: Buffer): OutgoingEvent[] {
    if (body.toString('latin1').trim() === '') return [];
    if (this.#keyField === undefined) return [{ body }];
    try {
      return [withKey(body, (JSON.parse(body.toString()) as Record<string, unknown>)[this.#keyField])];
    } catch {
      return [{ body }];
    }
  }
}

class CsvEvents {
  readonly #keyField: string | undefined;
  readonly #reader = new CsvReader({ separator: ',' });
  #header: string[] | undefined;
  readonly #events: OutgoingEvent[] = [];
  /** The first line that is no row: what stands before it is sent, nothing from there on. */
  #wrong: string | undefined;

  constructor(keyField: string | undefined) {
    this.#keyField = keyField;
  }

  push(chunk: Buffer): Iterable<OutgoingEvent> {
    this.#reader.push(chunk, this);
    return this.#take();
  }

  end(): Iterable<OutgoingEvent> {
    this.#reader.end(this);
    return this.#take();
  }

  *#take(): Generator<OutgoingEvent> {
    yield* this.#events.splice(0);
    if (this.#wrong !== undefined) throw new UsageError(`${this.#wrong} What stands before it is sent.`);
  }

  row(row: Parameters<typeof fieldText>[0]): void {
    if (this.#wrong !== undefined) return;
    const fields = Array.from({ length: row.fieldCount }, (_, i) => fieldText(row, i) ?? '');
    if (this.#header === undefined) {
      this.#header = fields;
      return;
    }
    if (fields.length !== this.#header.length) {
      this.#wrong = `Line ${row.line} has ${fields.length} fields, the header has ${this.#header.length}.`;
      return;
    }
    const entries = this.#header.map((name, i) => [name, jsonValueOf(fields[i]!)] as const);
    const record = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    this.#events.push(withKey(Buffer.from(JSON.stringify(record)), this.#keyField && record[this.#keyField]));
  }

  fault(fault: { expected: string }, line: number): void {
    this.#wrong ??= `Line ${line} is no CSV: expected ${fault.expected}.`;
  }
}

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A CSV cell as JSON has it: numbers and booleans as such, nothing for an empty one. */
function jsonValueOf(cell: string): string | number | boolean | undefined {
  if (cell === '') return undefined;
  if (cell === 'true' || cell === 'false') return cell === 'true';
  return jsonNumber.test(cell) ? Number(cell) : cell;
}
