import { describeValue, type Fault, hiddenValue, pointerTo } from '../fault.ts';
import { limits } from '../limits.ts';
import type { Feature } from '../manifest/features.ts';
import type { Slot } from './layout.ts';
import type { RecordBatch } from './record-batch.ts';

/**
 * The rules for single values, the same for every format: JSON and CSV differ only in how they find the value.
 * Each function writes the value into `batch` at `row`, or returns why it does not fit. Nothing is ever written as 0
 * or NaN because it did not fit.
 */

export const faultAt = (slot: Slot, code: Fault['code'], expected: string, got: string): Fault => ({
  code,
  path: pointerTo(slot.feature.name),
  expected,
  // How a missing value is spelled is no value.
  got: slot.feature.sensitive === true && code !== 'feature.missing' ? hiddenValue : got,
});

/** What a value of the feature looks like, for a message. */
export function describeFeature(feature: Feature): string {
  switch (feature.type) {
    case 'number':
    case 'integer': {
      const unit = feature.unit === undefined ? '' : ` ${feature.unit}`;
      const what = feature.type === 'integer' ? 'an integer' : 'a number';
      if (feature.min !== undefined && feature.max !== undefined)
        return `${what}, ${feature.min}..${feature.max}${unit}`;
      if (feature.min !== undefined) return `${what}, at least ${feature.min}${unit}`;
      if (feature.max !== undefined) return `${what}, at most ${feature.max}${unit}`;
      return `${what}${unit && ` in${unit}`}`;
    }
    case 'boolean':
      return 'true or false';
    case 'category':
      return describeVocabulary(feature.categories ?? []);
    case 'text':
      return 'a text';
    case 'timestamp':
      return 'an ISO 8601 time or milliseconds since 1970';
  }
}

const categoriesShown = 10;

function describeVocabulary(categories: readonly string[]): string {
  const shown = categories.slice(0, categoriesShown).map((category) => JSON.stringify(category));
  const more = categories.length - shown.length;
  return `one of ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Writes a number into a feature of type number, integer or timestamp. */
export function acceptNumber(slot: Slot, value: number, batch: RecordBatch, row: number): Fault | undefined {
  const { feature } = slot;
  // NaN fails this comparison too.
  if (!(Math.abs(value) < slot.magnitudeEnd)) {
    const end = slot.magnitudeEnd;
    return faultAt(
      slot,
      'number.overflow',
      Number.isFinite(end) ? `a magnitude below ${end}` : 'a finite number',
      String(value),
    );
  }
  if (feature.type === 'integer' && !Number.isSafeInteger(value)) {
    return faultAt(slot, 'number.not_integer', describeFeature(feature), String(value));
  }
  if (feature.type === 'number' || feature.type === 'integer') {
    if ((feature.min !== undefined && value < feature.min) || (feature.max !== undefined && value > feature.max)) {
      return faultAt(slot, 'feature.out_of_range', describeFeature(feature), String(value));
    }
  }
  batch.numbers[row * batch.layout.numberCount + slot.column] = value;
  return undefined;
}

/** Writes true as 1 and false as 0. */
export function acceptBoolean(slot: Slot, value: boolean, batch: RecordBatch, row: number): undefined {
  batch.numbers[row * batch.layout.numberCount + slot.column] = value ? 1 : 0;
}

/** The code of a text that the vocabulary does not know, where the feature keeps such. */
const unknownCode = -2;

/** Writes a category as its position in the vocabulary. */
export function acceptCategory(slot: Slot, value: string, batch: RecordBatch, row: number): Fault | undefined {
  const known = slot.codes.get(value) ?? (slot.isLearning ? learnCode(slot, value) : undefined);
  if (known === undefined && !slot.keepsUnknown) {
    return faultAt(slot, 'feature.unknown_category', describeFeature(slot.feature), describeValue(value));
  }
  batch.categories[row * batch.layout.categoryCount + slot.column] = known ?? unknownCode;
  return undefined;
}

function learnCode({ codes }: Slot, value: string): number {
  codes.set(value, codes.size);
  return codes.size - 1;
}

/** Writes a text as it is. */
export function acceptText(slot: Slot, value: string, batch: RecordBatch, row: number): Fault | undefined {
  if (value.length > limits.textCharactersMax) {
    const expected = `at most ${limits.textCharactersMax} characters`;
    return faultAt(slot, 'feature.too_long', expected, describeValue(value));
  }
  batch.texts[row * batch.layout.textCount + slot.column] = value;
  return undefined;
}

/** Applies the policy for missing values: the imputed value itself enters later, so that a record's digest is of what came. */
export function acceptMissing(slot: Slot, got: string, batch: RecordBatch, row: number): Fault | undefined {
  const { missing } = slot.feature;
  if (missing === undefined || missing === 'reject') {
    return faultAt(slot, 'feature.missing', describeFeature(slot.feature), got);
  }
  const { numberCount, categoryCount, textCount } = batch.layout;
  if (slot.bank === 'numbers') batch.numbers[row * numberCount + slot.column] = Number.NaN;
  else if (slot.bank === 'categories') batch.categories[row * categoryCount + slot.column] = -1;
  else batch.texts[row * textCount + slot.column] = undefined;
  return undefined;
}

const isoTime = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds since 1970 of an ISO 8601 date or time; without an offset it is UTC. NaN when it is none. */
export function parseTime(text: string): number {
  const [, date, time = '00:00', zone = 'Z'] = isoTime.exec(text) ?? [];
  if (date === undefined) return Number.NaN;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const day = new Date(`${date}T00:00Z`);
  // A day that the month does not have is moved on by some readers and refused here.
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return Number.NaN;
  return Date.parse(`${date}T${time}${offset}`);
}

/** Writes an ISO 8601 time. */
export function acceptTime(slot: Slot, text: string, batch: RecordBatch, row: number): Fault | undefined {
  const value = parseTime(text);
  if (Number.isNaN(value)) {
    return faultAt(slot, 'timestamp.malformed', describeFeature(slot.feature), describeValue(text));
  }
  return acceptNumber(slot, value, batch, row);
}
