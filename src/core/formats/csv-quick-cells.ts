import { acceptCategory, acceptMissing, acceptNumber, acceptText } from '../batch/accept-value.ts';
import type { Layout, Slot } from '../batch/layout.ts';
import { isNumeric, type NumberBounds, numberBoundsOf } from '../batch/number-bounds.ts';
import type { RecordBatch } from '../batch/record-batch.ts';
import { limits } from '../limits.ts';
import type { CsvDialect } from '../manifest/csv.ts';
import { booleanIn, timeIn } from './csv-fields.ts';
import type { CsvPlan } from './csv-plan.ts';
import { parseDecimal } from './decimal.ts';
import { InternedTexts } from './interned-texts.ts';

/** Reads a cell that holds something; false when it is to be read the long way, which finds out what is wrong. */
export type QuickCell = (bytes: Uint8Array, start: number, end: number, batch: RecordBatch, at: number) => boolean;

/** What is done with the cells of one column. */
export interface QuickColumn extends NumberBounds {
  /** Where a number of the batch goes; -1 for any other column. */
  readonly number: number;
  /** What else takes the cell. */
  readonly cells: readonly QuickCell[];
  /** What takes an empty cell; false: the long way. */
  readonly takesEmpty: boolean;
  readonly empties: readonly ((batch: RecordBatch, at: number) => void)[];
}

/** Compiles what is done with each column. */
export function quickColumnsOf(layout: Layout, dialect: CsvDialect, plan: CsvPlan): QuickColumn[] {
  const texts = new InternedTexts();
  const missing = new Set(dialect.missing);
  const spelled = [...missing].filter((spelling) => spelling !== '');
  return Array.from({ length: plan.fieldCount }, (_, column): QuickColumn => {
    const slots = layout.slots.filter((__, i) => plan.columns[i] === column);
    const isKey = plan.keyColumn === column;
    const [slot] = slots;
    const isEmptyKept = missing.has('') && slots.every((each) => keepsMissing(each));
    const empties = slots.map((each) => (batch: RecordBatch, at: number) => {
      acceptMissing(each, 'nothing', batch, at);
    });
    if (isKey) {
      empties.push((batch, at) => {
        batch.keys[at] = undefined;
      });
    }
    const shared = { takesEmpty: isEmptyKept || slots.length === 0, empties };
    // A spelling that is a number, such as -999, must be seen before it is read as one.
    if (slots.length === 1 && !isKey && isNumeric(slot!) && !spelled.some(canBeNumber)) {
      return { ...shared, ...numberBoundsOf(slot!), number: slot!.column, cells: [] };
    }
    const cells = slots.map((each) => cellOf(each, dialect, texts, missing));
    if (isKey) cells.push(keyCell(texts));
    return { ...shared, number: -1, low: 0, high: 0, isInteger: false, cells };
  });
}

const keepsMissing = ({ feature }: Slot): boolean => feature.missing !== undefined && feature.missing !== 'reject';

const canBeNumber = (text: string): boolean => /\d/.test(text);

function cellOf(slot: Slot, dialect: CsvDialect, texts: InternedTexts, missing: ReadonlySet<string>): QuickCell {
  const point = dialect.decimal.charCodeAt(0);
  const { type } = slot.feature;
  if (type === 'number' || type === 'integer') {
    return (bytes, start, end, batch, at) => {
      if (missing.has(texts.textOf(bytes, start, end) ?? '')) return false;
      const value = parseDecimal(bytes, start, end, point);
      return !Number.isNaN(value) && acceptNumber(slot, value, batch, at) === undefined;
    };
  }
  const accept = { category: acceptCategory, text: acceptText, boolean: booleanIn, timestamp: timeIn }[type];
  return (bytes, start, end, batch, at) => {
    const text = texts.textOf(bytes, start, end);
    return text !== undefined && !missing.has(text) && accept(slot, text, batch, at) === undefined;
  };
}

function keyCell(texts: InternedTexts): QuickCell {
  return (bytes, start, end, batch, at) => {
    const text = texts.textOf(bytes, start, end);
    if (text === undefined || text.length > limits.keyCharactersMax) return false;
    batch.keys[at] = text;
    return true;
  };
}
