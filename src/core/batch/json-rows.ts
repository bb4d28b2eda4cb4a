import { describeValue, type Fault, hiddenValue, isJsonPointer, pointerSteps, pointerTo } from '../fault.ts';
import { limits } from '../limits.ts';
import {
  acceptBoolean,
  acceptCategory,
  acceptMissing,
  acceptNumber,
  acceptText,
  acceptTime,
  describeFeature,
  faultAt,
} from './accept-value.ts';
import type { Layout, Slot } from './layout.ts';
import { RecordBatch } from './record-batch.ts';

type JsonObject = Readonly<Record<string, unknown>>;
type ReadCell = (value: unknown, batch: RecordBatch, row: number) => Fault | undefined;

/** Appends one record, as JSON.parse gave it, to a batch: undefined, or everything that is wrong with it. */
export type AppendJsonRow = (batch: RecordBatch, record: unknown) => readonly Fault[] | undefined;

/** Compiles the reader of JSON records for a layout. */
export function jsonRowReader(layout: Layout): AppendJsonRow {
  const cells: { find: FindField; read: ReadCell }[] = layout.slots.map((slot) => ({
    find: fieldFinder([slot.feature.name, ...(slot.feature.aliases ?? [])]),
    read: cellReaderOf(slot),
  }));
  if (layout.keyNames.length > 0) cells.push({ find: fieldFinder(layout.keyNames), read: readKey });
  return (batch, record) => {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return [notAnObject(layout, record)];
    const row = batch.startRow();
    let faults: Fault[] | undefined;
    for (const { find, read } of cells) {
      const fault = read(find(record as JsonObject), batch, row);
      if (fault !== undefined) faults = [...(faults ?? []), fault];
    }
    if (faults === undefined) batch.finishRow();
    return faults;
  };
}

/** A batch of all records that fit, and what is wrong with each other one. */
export function readJsonRows(
  layout: Layout,
  append: AppendJsonRow,
  records: readonly unknown[],
): { batch: RecordBatch; faults: ReadonlyMap<number, readonly Fault[]> } {
  const batch = new RecordBatch(layout, records.length);
  const faults = new Map<number, readonly Fault[]>();
  for (let i = 0; i < records.length; i++) {
    const wrong = append(batch, records[i]);
    if (wrong !== undefined) faults.set(i, wrong);
  }
  return { batch, faults };
}

const notAnObject = ({ concealed }: Layout, record: unknown): Fault => ({
  code: 'record.not_an_object',
  path: '',
  expected: 'an object of named values',
  got: concealed === undefined ? describeValue(record) : hiddenValue,
});

function readKey(value: unknown, batch: RecordBatch, row: number): Fault | undefined {
  if (isMissing(value)) batch.keys[row] = undefined;
  else if (typeof value === 'string' && value.length <= limits.keyCharactersMax) batch.keys[row] = value;
  else if (typeof value === 'number' && Number.isFinite(value)) batch.keys[row] = String(value);
  else return badKey(batch.layout, value);
  return undefined;
}

export const badKey = (layout: Layout, key: unknown): Fault => ({
  code: 'key.malformed',
  path: pointerTo(layout.keyNames[0] as string),
  expected: `a text of at most ${limits.keyCharactersMax} characters, or a number`,
  got: describeValue(key),
});

/** Looks a field of a record up; undefined where there is none. */
export type FindField = (record: JsonObject) => unknown;

/** Looks a value up under the names that it may have. Only own properties count: `constructor` is a name like any other. */
export function fieldFinder(names: readonly string[]): FindField {
  const pointers = names.filter(isJsonPointer);
  if (pointers.length > 0) return pointerFinder(names, pointers);
  const [name] = names as [string];
  if (names.some((each) => each in Object.prototype)) {
    return (record) => {
      const found = names.find((each) => Object.hasOwn(record, each));
      return found === undefined ? undefined : record[found];
    };
  }
  if (names.length === 1) return (record) => record[name];
  return (record) => {
    for (const each of names) {
      const value = record[each];
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/** Names first, then places inside of the record. */
function pointerFinder(names: readonly string[], pointers: readonly string[]): FindField {
  const findByName = fieldFinder(names.filter((name) => !pointers.includes(name)));
  const places = pointers.map(pointerSteps);
  return (record) => {
    let value = findByName(record);
    for (let i = 0; value === undefined && i < places.length; i++) value = valueAt(record, places[i]!);
    return value;
  };
}

function valueAt(record: JsonObject, steps: readonly string[]): unknown {
  let value: unknown = record;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as JsonObject)[step];
  }
  return value;
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '';

/** The reader of one feature's values, by type. */
function cellReaderOf(slot: Slot): ReadCell {
  switch (slot.feature.type) {
    case 'number':
    case 'integer':
      return (value, batch, row) =>
        typeof value === 'number' ? acceptNumber(slot, value, batch, row) : refuse(slot, value, batch, row);
    case 'boolean':
      return (value, batch, row) =>
        value === true || value === false || value === 0 || value === 1
          ? acceptBoolean(slot, value === true || value === 1, batch, row)
          : refuse(slot, value, batch, row);
    case 'category':
      return (value, batch, row) => {
        if (typeof value === 'string' && value !== '') return acceptCategory(slot, value, batch, row);
        if (typeof value === 'number') return acceptCategory(slot, String(value), batch, row);
        return refuse(slot, value, batch, row);
      };
    case 'text':
      return (value, batch, row) =>
        typeof value === 'string' && value !== ''
          ? acceptText(slot, value, batch, row)
          : refuse(slot, value, batch, row);
    case 'timestamp':
      return (value, batch, row) => {
        if (typeof value === 'number') return acceptNumber(slot, value, batch, row);
        if (typeof value === 'string' && value !== '') return acceptTime(slot, value, batch, row);
        return refuse(slot, value, batch, row);
      };
  }
}

function refuse(slot: Slot, value: unknown, batch: RecordBatch, row: number): Fault | undefined {
  if (isMissing(value)) return acceptMissing(slot, value === undefined ? 'nothing' : describeValue(value), batch, row);
  return faultAt(slot, 'feature.wrong_type', describeFeature(slot.feature), describeValue(value));
}
