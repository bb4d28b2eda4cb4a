import type { Code } from '../codes.ts';
import { describeFault, type Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { httpStatusOf } from './status-codes.ts';

/** What is wrong with a call as a whole, or with some of its rows. */
export interface Refusal {
  readonly code: Code;
  /** One or more sentences for a person. */
  readonly message: string;
  readonly faults?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
}

export const refusal = (code: Code, message: string): Refusal => ({ code, message });

/** The refusal of a call with these faults, of which there is one at least; their paths are places in the body. */
export function refusalOf(faults: readonly Fault[]): Refusal {
  const [first] = faults as [Fault];
  const more = faults.length === 1 ? '' : ` (and ${faults.length - 1} more)`;
  const where = first.path === '' ? 'The body: ' : '';
  return { code: first.code, message: `${where}${describeFault(first)}${more}.`, faults };
}

/** The status of a refusal, and the headers that every dialect sends with it. */
export function headOf({ code, headers = {} }: Refusal): { status: number; headers: Record<string, string> } {
  const status = httpStatusOf(code);
  const seconds = status === 503 ? '5' : status === 429 ? '1' : undefined;
  return { status, headers: { ...(seconds === undefined ? undefined : { 'retry-after': seconds }), ...headers } };
}

/** What a refusal says beside its message, the same in every dialect. It repeats no payload beyond the wrong values. */
export function detailsOf({ code, faults = [] }: Refusal, requestId: string): Record<string, unknown> {
  const shown = faults.slice(0, limits.requestFaultsMax);
  return {
    code,
    requestId,
    ...(shown.length === 0 ? undefined : { faults: shown }),
    ...(faults.length > shown.length ? { faultsNotShown: faults.length - shown.length } : undefined),
  };
}
