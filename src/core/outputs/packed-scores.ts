import * as z from 'zod';
import type { Digest } from '../digest.ts';
import type { Score } from './read-outputs.ts';

const digest = z.string().regex(/^sha256:/) as unknown as z.ZodType<Digest>;
const outputs = z.record(z.string(), z.json()) as unknown as z.ZodType<Score>;

/** What a document says that the item does not say for all of them. */
const packedScore = z.strictObject({
  sequence: z.int().min(0).describe('Sequence number of the event within the partition.'),
  index: z.int().min(0).optional().describe('Position in the body, when one event carries several records.'),
  enqueuedAt: z.string().describe('When the broker took the event: ISO 8601, UTC, milliseconds.'),
  key: z.string().optional().describe('The entity, for example the device.'),
  by: z.int().min(0).describe('Which of `models` scored it, from 0.'),
  inputDigest: digest,
  outputs,
});

export const packedScoresSchema = z
  .object({
    id: z.string(),
    partition: z.string().describe('Value of the partition key: hub, partition and hour.'),
    model: z.string(),
    source: z.strictObject({ kind: z.literal('packed'), hub: z.string(), partition: z.string() }),
    models: z
      .array(z.strictObject({ version: z.int().min(0), modelDigest: digest }))
      .describe('The versions that the scores are of.'),
    scores: z
      .array(packedScore)
      .describe('In the order of the stream. None only where all of a continued item were erased.'),
    continued: z
      .literal(true)
      .optional()
      .describe('The item is full and changes no more: the next part of its window goes on.'),
  })
  .describe(
    'Scores of one window of sequence numbers, in one item of Cosmos DB. The service adds names that begin with "_".',
  );

/** About a hundred scores of a stream in one item of Cosmos DB. */
export type PackedScores = z.infer<typeof packedScoresSchema>;
export type PackedScore = PackedScores['scores'][number];

/** The JSON Schema of such an item (draft 2020-12), for those who read the container by themselves. */
export const packedScoresJsonSchema = (): object => z.toJSONSchema(packedScoresSchema, { io: 'input' });
