import { formatTimeSpan, parseTimeSpanMs } from './time-span.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

const maxInteger: Bounds = { min: 1, max: 2 ** 31 - 1 };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The key of `object` that equals `key` when case does not count: .NET configuration ignores it. */
export function keyIgnoringCase(object: object, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return Object.keys(object).find((candidate) => candidate.toLowerCase() === wanted);
}

/** One object of host.json, read with checks. A value from the environment is text, so numbers and booleans may come as text. */
export class SettingsSection {
  readonly #values: Record<string, unknown>;
  readonly #path: string;

  constructor(values: unknown, path: string) {
    if (values !== undefined && !isObject(values)) throw this.#fault(path, 'an object', values);
    this.#values = values ?? {};
    this.#path = path;
  }

  section(name: string): SettingsSection {
    return new SettingsSection(this.raw(name), this.#pathOf(name));
  }

  raw(name: string): unknown {
    const key = keyIgnoringCase(this.#values, name);
    return key === undefined ? undefined : this.#values[key];
  }

  integer(name: string, fallback: number, bounds: Bounds = maxInteger): number {
    const value = this.raw(name);
    if (value === undefined || value === null) return fallback;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= bounds.min && number <= bounds.max) {
      return number;
    }
    throw this.#fault(this.#pathOf(name), `an integer from ${bounds.min} to ${bounds.max}`, value);
  }

  /** A TimeSpan in milliseconds. */
  timeSpanMs(name: string, fallbackMs: number, bounds: Bounds): number {
    const value = this.raw(name);
    if (value === undefined || value === null) return fallbackMs;
    const milliseconds = typeof value === 'string' ? parseTimeSpanMs(value) : undefined;
    if (milliseconds !== undefined && milliseconds >= bounds.min && milliseconds <= bounds.max) return milliseconds;
    const range = `${formatTimeSpan(bounds.min)} to ${formatTimeSpan(bounds.max)}`;
    throw this.#fault(this.#pathOf(name), `a time span (hh:mm:ss) from ${range}`, value);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.raw(name);
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    throw this.#fault(this.#pathOf(name), 'true or false', value);
  }

  /** One of a few words; case does not count. */
  word<const Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const value = this.raw(name);
    if (value === undefined || value === null) return fallback;
    const found = words.find((word) => word.toLowerCase() === String(value).toLowerCase());
    if (found !== undefined) return found;
    throw this.#fault(this.#pathOf(name), words.join(' | '), value);
  }

  text(name: string, fallback: string): string {
    const value = this.raw(name);
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'string') return value;
    throw this.#fault(this.#pathOf(name), 'a text', value);
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #fault(path: string, expected: string, got: unknown): Error {
    return new Error(`host.json: ${path} must be ${expected}, but it is ${JSON.stringify(got)}.`);
  }
}
