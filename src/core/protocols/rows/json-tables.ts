import { type Fault, pointerTo } from '../../fault.ts';
import type { JsonObject } from '../body-json.ts';
import { describeKind, malformed } from '../body-json.ts';
import { type Refusal, refusalOf } from '../refusal.ts';
import { type CallRows, type FoundRecord, type RowModel, readRows } from './rows-call.ts';

/** Rows as objects. @param at where the list stands in the body */
export const readRecords = (model: RowModel, records: readonly unknown[], at: string): CallRows | Refusal =>
  readRows(
    model,
    records.length,
    (row) => ({ record: records[row] }),
    (row, path) => `${at}/${row}${path}`,
  );

/**
 * Rows as lists of values.
 * @param columns names of the values, in order; the features in the order of the manifest when absent
 * @param at where the list of rows stands in the body
 */
export function readTable(
  model: RowModel,
  columns: readonly string[] | undefined,
  data: readonly unknown[],
  at: string,
): CallRows | Refusal {
  const names = columns ?? model.manifest.features.map(({ name }) => name);
  const places = placesOf(model, names);
  return readRows(
    model,
    data.length,
    (row) => recordOf(names, data[row], `${at}/${row}`),
    (row, path) => `${at}/${row}${places.get(path) ?? ''}`,
  );
}

/** For the pointer of each feature of a record the place of its value in a list. */
export function placesOf({ manifest }: RowModel, names: readonly string[]): ReadonlyMap<string, string> {
  const places = new Map(names.map((name, i) => [pointerTo(name), `/${i}`]));
  for (const { name, aliases = [] } of manifest.features) {
    const column = names.findIndex((each) => aliases.includes(each));
    if (column >= 0 && !places.has(pointerTo(name))) places.set(pointerTo(name), `/${column}`);
  }
  return places;
}

function recordOf(names: readonly string[], values: unknown, path: string): FoundRecord {
  if (Array.isArray(values) && values.length === names.length) {
    return { record: Object.fromEntries(names.map((name, i) => [name, values[i]])) };
  }
  return { fault: wrongWidth(names, values, path) };
}

const namesShown = 10;

function wrongWidth(names: readonly string[], values: unknown, path: string): Fault {
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : '';
  const expected = `a list of ${names.length} (${names.slice(0, namesShown).join(', ')}${more})`;
  const none = Array.isArray(values) && values.length < names.length ? `: none for ${names[values.length]}` : '';
  return { code: 'request.malformed', path, expected, got: `${describeKind(values)}${none}` };
}

/**
 * Columns under their names, all of one length; a value may stand in a list of its own.
 * @param at where the object stands in the body
 */
export function readColumns(model: RowModel, columns: JsonObject, at: string): CallRows | Refusal {
  const entries = Object.entries(columns);
  const [first] = entries;
  const count = Array.isArray(first?.[1]) ? first[1].length : 0;
  const wrong = entries.find(([, values]) => !Array.isArray(values) || values.length !== count);
  if (first === undefined || wrong !== undefined) {
    const [name, values] = wrong ?? ['', undefined];
    const path = wrong === undefined ? at : `${at}${pointerTo(name)}`;
    return refusalOf([malformed(path, `a list of ${count}, as the other columns are`, values)]);
  }
  const alone = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value);
  const names = entries.map(([name]) => name);
  return readRows(
    model,
    count,
    (row) => ({
      record: Object.fromEntries(entries.map(([name, values]) => [name, alone((values as unknown[])[row])])),
    }),
    (row, path) => `${at}${names.some((name) => pointerTo(name) === path) ? `${path}/${row}` : path}`,
  );
}

/** Rows as objects, or as lists of values in the order of the manifest, whichever the first one is. */
export const readRecordsOrLists = (model: RowModel, rows: readonly unknown[], at: string): CallRows | Refusal =>
  Array.isArray(rows[0]) ? readTable(model, undefined, rows, at) : readRecords(model, rows, at);
