import { type Refusal, refusal } from '../refusal.ts';

/** Reads `on_error` of a query: `row` marks wrong rows in the answer, `call`, the default, refuses all for one of them. */
export function marksRowsOf(query: string): boolean | Refusal {
  if (query === '') return false;
  const asked = new URLSearchParams(query).get('on_error') ?? 'call';
  if (asked === 'row' || asked === 'call') return asked === 'row';
  return refusal(
    'request.malformed',
    `The query: expected on_error=row or on_error=call, got ${JSON.stringify(asked)}.`,
  );
}
