import type { Digest } from '../digest.ts';
import type { Source } from '../source.ts';
import type { Score } from './read-outputs.ts';

/** What a sink writes for one scored record. It holds no wall clock: a replay makes the same document. */
export interface ScoreDocument {
  readonly id: string;
  /** Value of the partition key; see `partitionKeyOf`. */
  readonly partition: string;
  /** The entity, for example the device, where the record or its envelope names one. */
  readonly key?: string;
  readonly model: string;
  readonly version: number;
  readonly modelDigest: Digest;
  readonly inputDigest: Digest;
  readonly source: Source;
  readonly outputs: Score;
}
