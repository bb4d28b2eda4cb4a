import { ScoringError } from '../../core/fault.ts';
import type { HttpCall } from '../../core/protocols/http-message.ts';
import { type Refusal, refusal } from '../../core/protocols/refusal.ts';
import { callSettings } from '../../core/resources.ts';
import { Deadline } from '../deadline.ts';
import type { CallLimits } from './call-limits.ts';

type BytesLimits = Pick<CallLimits, 'rowBytesMax' | 'tensorBytesMax'>;

/**
 * Reads the body of a call, as large as any model lets it be.
 * @returns without waiting where it is there already
 * @throws {ScoringError} `body.too_slow`
 */
export function bodyOf(
  call: HttpCall,
  { rowBytesMax, tensorBytesMax, bodyMs }: BytesLimits & Pick<CallLimits, 'bodyMs'>,
): Uint8Array | Promise<Uint8Array> {
  const body = call.readBody(Math.max(rowBytesMax, tensorBytesMax));
  return 'then' in body ? new Deadline(bodyMs, tooSlow).meet(body) : body;
}

function tooSlow(ms: number): ScoringError {
  const message = `Expected a body within ${ms} ms (app setting ${callSettings.bodySeconds}), got a part of it.`;
  return new ScoringError('body.too_slow', message, { retryable: true });
}

/** How large a body with rows, or with tensors, may be. */
export const bytesMaxOf = (carries: 'rows' | 'tensors', { rowBytesMax, tensorBytesMax }: BytesLimits): number =>
  carries === 'rows' ? rowBytesMax : tensorBytesMax;

const settingOf = { rows: callSettings.rowsMegabytes, tensors: callSettings.tensorsMegabytes } as const;

/** The refusal of a body that is larger than what it carries may be. */
export function tooLarge(body: Uint8Array, carries: 'rows' | 'tensors', limits: BytesLimits): Refusal | undefined {
  const bytesMax = bytesMaxOf(carries, limits);
  if (body.length <= bytesMax) return undefined;
  const message = `Expected a body of at most ${bytesMax} bytes (app setting ${settingOf[carries]}), got more.`;
  return refusal('body.too_large', message);
}
