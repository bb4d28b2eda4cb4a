import type { Layout, Slot } from '../batch/layout.ts';
import { describeValue, type Fault, hiddenValue } from '../fault.ts';
import type { CsvDialect } from '../manifest/csv.ts';
import { absentReader, cellRulesOf, fieldReader, keyReader, type ReadField } from './csv-fields.ts';

/** What is done with each row, once the names of the columns are known. */
export interface CsvPlan {
  readonly fieldCount: number;
  readonly reads: readonly ReadField[];
  /** Column of each feature of the layout, in its order; -1 where it has none. */
  readonly columns: readonly number[];
  /** Column of the key; -1 where there is none. */
  readonly keyColumn: number;
  /** Columns that are repeated in the result. */
  readonly kept: readonly number[];
}

/**
 * Finds the columns of the features, of the key and of what is repeated in the result.
 * @param names names of the columns, as the header has them
 * @returns the plan, or a fault for each name that is not there or there twice
 */
export function planOf(
  layout: Layout,
  dialect: CsvDialect,
  names: readonly string[],
  keptColumns: readonly string[],
): CsvPlan | Fault[] {
  const offset = dialect.rowNames ? 1 : 0;
  const faults: Fault[] = [];
  // Of a file without its header line the names are the values of a row.
  const got = layout.concealed === undefined ? describeValue(names) : hiddenValue;
  const wrongHeader = (code: Fault['code'], expected: string): Fault => ({ code, path: '', expected, got });
  const columnOf = (wanted: readonly string[]): number => {
    const found = names.flatMap((name, i) => (wanted.includes(name) ? [i + offset] : []));
    if (found.length > 1) faults.push(wrongHeader('csv.duplicate_column', `one column for "${wanted[0]}"`));
    return found[0] ?? -1;
  };
  const columns = layout.slots.map((slot) => {
    const wanted = namesOf(slot);
    const column = columnOf(wanted);
    if (column < 0 && !mayLack(slot)) {
      faults.push(wrongHeader('csv.missing_column', `a column "${wanted.join('" or "')}"`));
    }
    return column;
  });
  if (faults.length === 0 && columns.every((column) => column < 0)) {
    // Where every feature may lack, a header of something else altogether would go unseen.
    faults.push(wrongHeader('csv.missing_column', 'a column of some feature'));
  }
  const keyColumn = layout.keyNames.length === 0 ? -1 : columnOf(layout.keyNames);
  const kept = keptColumns.map((name) => {
    const column = columnOf([name]);
    if (column < 0) faults.push(wrongHeader('csv.missing_column', `a column "${name}", to repeat it`));
    return column;
  });
  if (faults.length > 0) return faults;
  const rules = cellRulesOf(dialect);
  const reads = layout.slots.map((slot, i) =>
    columns[i]! < 0 ? absentReader(slot) : fieldReader(slot, columns[i]!, rules),
  );
  if (keyColumn >= 0) reads.push(keyReader(layout, keyColumn));
  return { fieldCount: names.length + offset, reads, columns, keyColumn, kept };
}

const namesOf = ({ feature }: Slot): readonly string[] => [feature.name, ...(feature.aliases ?? [])];

const mayLack = ({ feature }: Slot): boolean => feature.missing !== undefined && feature.missing !== 'reject';
