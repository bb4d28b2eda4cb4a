import type { RecordBatch } from '../core/batch/record-batch.ts';
import type { Digest } from '../core/digest.ts';
import type { DecodedRows } from '../core/formats/decoded-rows.ts';
import { documentId } from '../core/ids.ts';
import type { Score, ScoredRows } from '../core/outputs/read-outputs.ts';
import type { ScoreDocument } from '../core/outputs/score-document.ts';
import type { Source } from '../core/source.ts';
import type { Feeds, Outputs } from '../core/tensor.ts';
import type { Deadline } from './deadline.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { TensorQueue } from './tensor-queue.ts';

/**
 * The only road to a model: HTTP, streams and files all end here.
 * @returns for each row its score, or why the model's answer cannot be used
 * @throws {ScoringError} `model.run_failed`, and `request.timed_out` where there is a deadline
 */
export const scoreBatch = (model: LoadedModel, batch: RecordBatch, deadline?: Deadline): Promise<ScoredRows> =>
  model.queue.score(batch, deadline);

/** The rows of a file, whichever road they take: a model of pictures gets tensors. */
export const scoreDecoded = (model: LoadedModel, { batch, pictures }: DecodedRows): Promise<ScoredRows> =>
  model.pictures !== undefined && pictures.length === batch.length
    ? model.pictures.score(pictures)
    : scoreBatch(model, batch);

/**
 * The same road for a model of tensors, whose rows are tensors already.
 * @throws {ScoringError} `model.run_failed`, `request.timed_out`
 */
export const scoreTensors = (queue: TensorQueue, feeds: Feeds, deadline?: Deadline): Promise<Outputs> =>
  queue.score(feeds, deadline);

/**
 * The document of one scored row.
 * @param inputDigest of what came, where the batch does not hold it
 */
export function documentOf(
  model: LoadedModel,
  batch: RecordBatch,
  row: number,
  outputs: Score,
  source: Source,
  partition: string,
  key: string | undefined,
  inputDigest: Digest = model.digestRow(batch, row),
): ScoreDocument {
  const { name, version } = model.manifest;
  const id = documentId(source, name);
  const { digest: modelDigest } = model;
  return key === undefined
    ? { id, partition, model: name, version, modelDigest, inputDigest, source, outputs }
    : { id, partition, key, model: name, version, modelDigest, inputDigest, source, outputs };
}
