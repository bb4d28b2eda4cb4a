import { ScoringError } from '../core/fault.ts';

/** The HTTP status in an error of the storage client; undefined when the service did not answer. */
export const statusOf = (thrown: unknown): number | undefined => (thrown as { statusCode?: number }).statusCode;

/** Another writer was there first, or the blob is another than expected: ETag conditions and `ifNoneMatch: '*'`. */
export const isLostRace = (thrown: unknown): boolean => [409, 412].includes(statusOf(thrown) ?? 0);

export const isNotFound = (thrown: unknown): boolean => statusOf(thrown) === 404;

/** An error of the storage client as an operating fault that may heal. */
export function blobFailure(what: string, thrown: unknown): ScoringError {
  if (thrown instanceof ScoringError) return thrown;
  const { code = statusOf(thrown), name } = (thrown ?? {}) as { code?: string; name?: string };
  const answer = code === undefined ? `does not answer (${name})` : `answered ${code}`;
  return new ScoringError('storage.unavailable', `${what}: blob storage ${answer}`, {
    retryable: true,
    cause: thrown,
  });
}
