import { describeValue, ScoringError } from '../core/fault.ts';
import type { SinkResult } from '../scoring/ports.ts';

/** The fields of the client's errors that are read; each may be missing. */
interface ClientError {
  readonly code?: number | string;
  readonly message?: string;
  readonly substatus?: number;
  readonly retryAfterInMs?: number;
  readonly cause?: ClientError;
}

const tooManyRequests = 429;
/** Forbidden, because the logical partition holds as much as one can. */
const forbidden = 403;
const partitionIsFull = 1014;
/** The document itself is at fault: another try would end the same. */
const refusals = new Set<number | string>([400, 413]);

/** What an error of the Cosmos DB client means for a document. All that is not the document's own fault may heal. */
export function cosmosFailure(thrown: unknown): SinkResult {
  // A setting that is missing, a client that cannot be made: not the service's word.
  if (thrown instanceof ScoringError) return { kind: 'error', error: thrown };
  const { code = 'no status', message = String(thrown), substatus, retryAfterInMs } = answerIn(thrown);
  const [firstLine = ''] = message.split('\n');
  if (code === forbidden && substatus === partitionIsFull) {
    const expected = 'room in the logical partition (20 GB)';
    return { kind: 'fault', fault: { code: 'sink.partition_full', path: '/partition', expected, got: 'none' } };
  }
  if (refusals.has(code)) {
    const expected = 'a document that Cosmos DB takes';
    return { kind: 'fault', fault: { code: 'sink.refused', path: '', expected, got: describeValue(firstLine) } };
  }
  const name = code === tooManyRequests ? 'sink.throttled' : 'sink.unavailable';
  const error = new ScoringError(name, `Cosmos DB answered ${code}: ${firstLine}`, {
    retryable: true,
    cause: thrown,
    ...(typeof retryAfterInMs === 'number' && { retryAfterMs: retryAfterInMs }),
  });
  return { kind: 'error', error };
}

/** The service's answer. The client wraps that to a transactional batch in an error that says nothing but its text. */
function answerIn(thrown: unknown): ClientError {
  const error = (thrown ?? {}) as ClientError;
  return error.code === undefined && error.cause?.code !== undefined ? error.cause : error;
}
