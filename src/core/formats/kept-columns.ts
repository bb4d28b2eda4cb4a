/** A value of the input that is repeated in the result: a text of a CSV file, or whatever JSON has there. */
export type KeptValue = unknown;

/** The value as a text: a list or an object as JSON, and nothing where there is nothing. */
export function keptText(value: KeptValue): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
