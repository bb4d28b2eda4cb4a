import {
  acceptBoolean,
  acceptCategory,
  acceptMissing,
  acceptNumber,
  acceptText,
  acceptTime,
  describeFeature,
  faultAt,
} from '../batch/accept-value.ts';
import { badKey } from '../batch/json-rows.ts';
import type { Layout, Slot } from '../batch/layout.ts';
import type { RecordBatch } from '../batch/record-batch.ts';
import { describeValue, type Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import type { CsvDialect } from '../manifest/manifest.ts';
import { CsvReader, type CsvRow, type CsvTarget, fieldText } from './csv-reader.ts';
import { csvField } from './csv-text.ts';
import { parseDecimal } from './decimal.ts';
import type { DecodedRows, RowDecoder } from './decoded-rows.ts';

type ReadField = (row: CsvRow, batch: RecordBatch, at: number) => Fault | undefined;

/** What is done with each row, once the header is known. */
interface Plan {
  readonly fieldCount: number;
  readonly fields: readonly ReadField[];
  /** Columns that are repeated in the result. */
  readonly kept: readonly number[];
}

/** Reads the rows of a CSV file with a header. */
export class CsvRowDecoder implements RowDecoder, CsvTarget {
  rowsSeen = 0;
  readonly keptColumns: readonly string[];
  readonly #layout: Layout;
  readonly #dialect: CsvDialect;
  readonly #reader: CsvReader;
  #plan: Plan | undefined;
  #failure: readonly Fault[] | undefined;
  #into!: DecodedRows;

  /** @param keptColumns names of the columns that are repeated in the result */
  constructor(layout: Layout, dialect: CsvDialect, keptColumns: readonly string[]) {
    this.#layout = layout;
    this.#dialect = dialect;
    this.keptColumns = keptColumns;
    this.#reader = new CsvReader(dialect.separator);
  }

  decode(bytes: Uint8Array, into: DecodedRows): readonly Fault[] | undefined {
    this.#into = into;
    this.#reader.push(bytes, this);
    return this.#failure;
  }

  finish(into: DecodedRows): readonly Fault[] | undefined {
    this.#into = into;
    this.#reader.end(this);
    if (this.#plan === undefined && this.#failure === undefined) {
      this.#failure = [{ code: 'csv.no_header', path: '', expected: 'a header line', got: 'an empty file' }];
    }
    return this.#failure;
  }

  row(row: CsvRow): void {
    if (this.#failure !== undefined) return;
    if (this.#plan === undefined) this.#readHeader(row);
    else this.#readRow(row, this.#plan);
  }

  fault(fault: Fault, line: number, byte: number): void {
    if (this.#plan === undefined) this.#failure ??= [fault];
    else this.#into.faults.push({ ...fault, row: this.rowsSeen++, line, byte });
  }

  #readRow(row: CsvRow, plan: Plan): void {
    const { batch, places, kept, faults } = this.#into;
    const place = { row: this.rowsSeen++, line: row.line, byte: row.byte };
    if (row.fieldCount !== plan.fieldCount) {
      const expected = `${plan.fieldCount} fields`;
      faults.push({ code: 'csv.wrong_field_count', path: '', expected, got: String(row.fieldCount), ...place });
      return;
    }
    const at = batch.startRow();
    let isGood = true;
    for (const read of plan.fields) {
      const fault = read(row, batch, at);
      if (fault === undefined) continue;
      isGood = false;
      faults.push({ ...fault, ...place });
    }
    if (!isGood) return;
    batch.finishRow();
    places.push(place);
    if (plan.kept.length > 0) kept.push(plan.kept.map((field) => csvField(fieldText(row, field) ?? '')).join(','));
  }

  #readHeader(row: CsvRow): void {
    const names = Array.from({ length: row.fieldCount }, (_, i) => fieldText(row, i)?.trim() ?? '');
    const offset = this.#dialect.rowNames ? 1 : 0;
    const faults: Fault[] = [];
    const columnOf = (wanted: readonly string[]) => {
      const found = names.flatMap((name, i) => (wanted.includes(name) ? [i + offset] : []));
      if (found.length > 1) faults.push(headerFault('csv.duplicate_column', `one column for "${wanted[0]}"`, names));
      return found[0];
    };
    const fields = this.#layout.slots.map((slot) => {
      const wanted = [slot.feature.name, ...(slot.feature.aliases ?? [])];
      const column = columnOf(wanted);
      const mayLack = slot.feature.missing !== undefined && slot.feature.missing !== 'reject';
      if (column === undefined && !mayLack) {
        faults.push(headerFault('csv.missing_column', `a column "${wanted.join('" or "')}"`, names));
      }
      return fieldReader(slot, column);
    });
    const key = this.#layout.keyNames.length === 0 ? undefined : columnOf(this.#layout.keyNames);
    if (key !== undefined) fields.push(keyReader(this.#layout, key));
    const kept = this.keptColumns.flatMap((name) => {
      const column = columnOf([name]);
      if (column === undefined)
        faults.push(headerFault('csv.missing_column', `a column "${name}", to repeat it`, names));
      return column ?? [];
    });
    if (faults.length > 0) this.#failure = faults;
    else this.#plan = { fieldCount: names.length + offset, fields, kept };
  }
}

const headerFault = (code: Fault['code'], expected: string, names: readonly string[]): Fault => ({
  code,
  path: '',
  expected,
  got: describeValue(names),
});

function keyReader(layout: Layout, column: number): ReadField {
  return (row, batch, at) => {
    const text = fieldText(row, column) ?? '';
    if (text.length > limits.keyCharactersMax) return badKey(layout, text);
    batch.keys[at] = text === '' ? undefined : text;
    return undefined;
  };
}

const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x09;

/** The reader of one feature's fields; without a column every value is missing. */
function fieldReader(slot: Slot, column: number | undefined): ReadField {
  if (column === undefined) return (_, batch, at) => acceptMissing(slot, 'no such column', batch, at);
  const { type } = slot.feature;
  if (type === 'number' || type === 'integer') return numberReader(slot, column);
  return (row, batch, at) => {
    const text = fieldText(row, column);
    if (text === undefined) return faultAt(slot, 'text.not_utf8', 'UTF-8', 'bytes that are not');
    return text === '' ? acceptMissing(slot, 'nothing', batch, at) : acceptField(slot, text, batch, at);
  };
}

function numberReader(slot: Slot, column: number): ReadField {
  return (row, batch, at) => {
    const { bytes } = row;
    let start = row.starts[column]!;
    let end = row.ends[column]!;
    while (start < end && isSpace(bytes[start])) start++;
    while (start < end && isSpace(bytes[end - 1])) end--;
    if (start === end) return acceptMissing(slot, 'nothing', batch, at);
    const value = parseDecimal(bytes, start, end);
    return Number.isNaN(value) ? malformed(slot, row, column) : acceptNumber(slot, value, batch, at);
  };
}

function malformed(slot: Slot, row: CsvRow, column: number): Fault {
  return faultAt(slot, 'number.malformed', describeFeature(slot.feature), describeValue(fieldText(row, column) ?? ''));
}

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false };

function acceptField(slot: Slot, text: string, batch: RecordBatch, at: number): Fault | undefined {
  switch (slot.feature.type) {
    case 'category':
      return acceptCategory(slot, text, batch, at);
    case 'boolean': {
      const value = booleans[text.trim().toLowerCase()];
      if (value !== undefined) return acceptBoolean(slot, value, batch, at);
      return faultAt(slot, 'feature.wrong_type', describeFeature(slot.feature), describeValue(text));
    }
    case 'timestamp': {
      const milliseconds = Number(text);
      return Number.isNaN(milliseconds)
        ? acceptTime(slot, text.trim(), batch, at)
        : acceptNumber(slot, milliseconds, batch, at);
    }
    default:
      return acceptText(slot, text, batch, at);
  }
}
