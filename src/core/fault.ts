import { type Code, codes } from './codes.ts';

/** What is wrong with one record, file or call. Data faults are values: they travel beside the data and are never thrown. */
export interface Fault {
  readonly code: Code;
  /** JSON Pointer (RFC 6901) to the value, from the record or the body; empty for the whole. */
  readonly path: string;
  /** What would have been right, for a person. */
  readonly expected: string;
  /** What came, cut to a length that can be logged. */
  readonly got: string;
}

/** What stands for a value that nobody but the model may see. */
export const hiddenValue = 'a sensitive value, which is not shown';

const gotCharactersMax = 80;

/** A value as it may stand in a message: JSON, control characters escaped, cut. */
export function describeValue(value: unknown): string {
  const text = typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value);
  return text.length > gotCharactersMax ? `${text.slice(0, gotCharactersMax)}... (${text.length} characters)` : text;
}

/** One step of a JSON Pointer. */
export const pointerTo = (...steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Whether a name of the sender's is a place inside of the record rather than a field of it. */
export const isJsonPointer = (name: string): boolean => name.startsWith('/');

/** The steps of a JSON Pointer. */
export const pointerSteps = (pointer: string): string[] =>
  pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The fault as one sentence. */
export function describeFault(fault: Fault): string {
  const where = fault.path === '' ? '' : `${fault.path}: `;
  return `${where}expected ${fault.expected}, got ${fault.got}`;
}

/** An operating fault: something that Sluice needs is missing or does not answer. Data faults are values, not this. */
export class ScoringError extends Error {
  override readonly name = 'ScoringError';
  readonly code: Code;
  /** Whether the same work may succeed later. */
  readonly retryable: boolean;
  /** How long the other side asks to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(code: Code, message: string, options: { retryable: boolean; cause?: unknown; retryAfterMs?: number }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The operating fault in whatever was thrown; what nobody foresaw counts as one that may heal. */
export function toScoringError(thrown: unknown): ScoringError {
  if (thrown instanceof ScoringError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = 'internal.unexpected';
  return new ScoringError(code, `${codes[code]} ${message}`, { retryable: true, cause: thrown });
}

/** What is wrong with data that Sluice itself stumbled over: nobody foresaw it, and the next try would end the same. */
export function unforeseenFault(thrown: unknown): Fault {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal.unexpected', path: '', expected: 'a record that can be read', got: describeValue(message) };
}

/**
 * The value, unless it is a list of faults.
 * @param where what is wrong then, for the message
 * @throws {ScoringError} with the code of the first fault; the message lists them all
 */
export function valid<T>(value: T | Fault[], where: string): T {
  if (!Array.isArray(value)) return value;
  const faults = value as Fault[];
  const sentences = faults.map((fault) => `\n  ${describeFault(fault)}`).join('');
  throw new ScoringError(faults[0]?.code ?? 'internal.unexpected', `${where} is wrong:${sentences}`, {
    retryable: false,
  });
}
