/**
 * A time as Newtonsoft.Json writes it for the host: no trailing zeros in the fraction.
 * @param suffix empty for a DateTime whose zone nobody set: a reader that takes it for local time is wrong outside UTC
 */
export function dotNetTime(time: Date, suffix: '' | '+00:00'): string {
  return time.toISOString().replace(/\.?0*Z$/, '') + suffix;
}

/** Values of AMQP maps as the host's JSON holds them. */
export function dotNetValue(value: unknown): unknown {
  if (value instanceof Date) return dotNetTime(value, '+00:00');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(dotNetValue);
  if (typeof value === 'object' && value !== null) return dotNetMap(value);
  return value;
}

export function dotNetMap(map: object | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, dotNetValue(value)]));
}
