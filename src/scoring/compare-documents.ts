import { ScoringError } from '../core/fault.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import type { SinkResult } from './ports.ts';

/**
 * What an id that is taken means. Digests are compared, not scores: kernels of different processors differ in the last
 * place. Between versions of a model the first document wins, whichever that was.
 * @param stored what is there; undefined when it vanished in between
 */
export function compareDocuments(document: ScoreDocument, stored: ScoreDocument | undefined): SinkResult {
  if (stored === undefined) {
    const message = 'a document was taken and gone within one write';
    return { kind: 'error', error: new ScoringError('sink.unavailable', message, { retryable: true }) };
  }
  if (stored.inputDigest === document.inputDigest || stored.version !== document.version) return { kind: 'existed' };
  const fault = { code: 'id.conflict', path: '', expected: stored.inputDigest, got: document.inputDigest } as const;
  return { kind: 'fault', fault };
}
