import type { Value } from '../query/value.ts';
import { addParts, bordersBetween, dateTimePart, partOf } from './date-time-parts.ts';
import { type FunctionFamily, ofString, scalarFunction } from './scalar-function.ts';

/** UTC and ISO 8601 only, as the service has it. Digits after the milliseconds are read and dropped. */
const isoDateTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?Z?)?$/;

function dateOf(text: Value): Date | undefined {
  if (typeof text !== 'string' || !isoDateTime.test(text)) return undefined;
  const date = new Date(text.includes('T') && !text.endsWith('Z') ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The service writes seven digits after the second. */
function textOf(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace('Z', '0000Z');
}

function add(part: Value, count: Value, time: Value): Value {
  const date = dateOf(time);
  const unit = typeof part === 'string' ? dateTimePart(part) : undefined;
  if (date === undefined || unit === undefined || !Number.isInteger(count)) return undefined;
  return textOf(addParts(date, unit, count as number));
}

function difference(part: Value, start: Value, end: Value): Value {
  const [from, to] = [dateOf(start), dateOf(end)];
  const unit = typeof part === 'string' ? dateTimePart(part) : undefined;
  return from && to && unit && bordersBetween(from, to, unit);
}

function partOfTime(part: Value, time: Value): Value {
  const date = dateOf(time);
  const unit = typeof part === 'string' ? dateTimePart(part) : undefined;
  return date && unit && partOf(date, unit);
}

const now = scalarFunction(0, 0, () => textOf(new Date()));
const nowMs = scalarFunction(0, 0, () => Date.now());

/** Functions of times: ISO 8601 texts in UTC, and milliseconds since 1970. */
export const dateTimeFunctions: FunctionFamily = {
  DATETIMEADD: scalarFunction(3, 3, add),
  DATETIMEDIFF: scalarFunction(3, 3, difference),
  DATETIMEPART: scalarFunction(2, 2, partOfTime),
  DATETIMETOTIMESTAMP: ofString((text) => dateOf(text)?.getTime()),
  GETCURRENTDATETIME: now,
  GETCURRENTDATETIMESTATIC: now,
  GETCURRENTTIMESTAMP: nowMs,
  GETCURRENTTIMESTAMPSTATIC: nowMs,
  TIMESTAMPTODATETIME: scalarFunction(1, 1, (ms) => (typeof ms === 'number' ? textOf(new Date(ms)) : undefined)),
};
