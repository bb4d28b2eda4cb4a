/** One field of a cron expression: its bounds and, for months and days, its names. */
export interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

/**
 * Reads one field: `*`, `5`, `1-5`, `MON-FRI`, steps such as `0/10`, `3/20`, and lists of these.
 * @returns the values that it allows, ascending
 * @throws {Error} that names the field
 */
export function parseCronField(text: string, field: CronField): readonly number[] {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText, ...rest] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    if (rest.length > 0 || !Number.isInteger(step) || step < 1) throw fault(text, field);
    const [from, to] = parseRange(range, field, stepText !== undefined);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** With a step a single value begins a range that goes to the end. */
function parseRange(text: string, field: CronField, hasStep: boolean): [from: number, to: number] {
  if (text === '*') return [field.min, field.max];
  const [fromText = '', toText, ...rest] = text.split('-');
  const from = parseValue(fromText, field);
  const to = toText === undefined ? (hasStep ? field.max : from) : parseValue(toText, field);
  if (rest.length > 0 || from > to) throw fault(text, field);
  return [from, to];
}

function parseValue(text: string, field: CronField): number {
  const named = field.names?.indexOf(text.slice(0, 3).toUpperCase()) ?? -1;
  const value = named >= 0 && /^[a-z]{3,}$/i.test(text) ? named + field.min : Number(text);
  if (text !== '' && Number.isInteger(value) && value >= field.min && value <= field.max) return value;
  throw fault(text, field);
}

const fault = (text: string, field: CronField) =>
  new Error(`"${text}" is no value for ${field.name} (${field.min} to ${field.max})`);
