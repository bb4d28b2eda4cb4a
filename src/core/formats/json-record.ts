import type { JsonBytesReader } from '../batch/json-bytes.ts';
import { type AppendJsonRow, type FindField, fieldFinder } from '../batch/json-rows.ts';
import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import type { DecodedRows } from './decoded-rows.ts';
import { jsonBoundsFault } from './json-bounds.ts';
import { parseJson } from './json-text.ts';
import type { RowPlace } from './row-places.ts';

/** Reads one record of JSON into a batch, from its bytes where that can be done. */
export class JsonRecordReader {
  readonly #append: AppendJsonRow;
  readonly #quick: JsonBytesReader | undefined;
  readonly #kept: readonly FindField[];

  /**
   * @param quick reads most records without a text or an object; without it every one is parsed
   * @param keptColumns fields that are repeated in the result, by name or JSON Pointer; for them every record is parsed
   */
  constructor(append: AppendJsonRow, quick: JsonBytesReader | undefined, keptColumns: readonly string[] = []) {
    this.#append = append;
    this.#quick = keptColumns.length === 0 ? quick : undefined;
    this.#kept = keptColumns.map((name) => fieldFinder([name]));
  }

  /** Takes the record from `start` to `end`, in its quickest form alone. @returns false when it is for `read` */
  take(bytes: Uint8Array, start: number, end: number, into: DecodedRows): boolean {
    return (
      this.#quick !== undefined &&
      end - start <= limits.rowBytesMax &&
      this.#quick.appendRecord(into.batch, bytes, start, end)
    );
  }

  /** Reads what is not longer than a row may be, or says what is wrong with it. */
  read(bytes: Uint8Array, place: RowPlace, into: DecodedRows): void {
    const faults = this.#faultsOf(bytes, into);
    if (faults === undefined) into.places.push(place.row, place.line, place.byte);
    else for (const fault of faults) into.faults.push({ ...fault, ...place });
  }

  #faultsOf(bytes: Uint8Array, { batch, kept }: DecodedRows): readonly Fault[] | undefined {
    if (bytes.length > limits.rowBytesMax) return [recordTooLong(bytes.length)];
    const fault = jsonBoundsFault(bytes);
    if (fault !== undefined) return [fault];
    const json = parseJson(bytes);
    if ('fault' in json) return [json.fault];
    const faults = this.#append(batch, json.value);
    if (faults === undefined && this.#kept.length > 0) {
      kept.push(this.#kept.map((find) => find(json.value as Readonly<Record<string, unknown>>)));
    }
    return faults;
  }
}

const recordTooLong = (bytes: number): Fault => ({
  code: 'row.too_long',
  path: '',
  expected: `at most ${limits.rowBytesMax} bytes`,
  got: `${bytes} or more`,
});
