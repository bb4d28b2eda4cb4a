import * as z from 'zod';
import type { Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { checkDocument } from '../schema-faults.ts';
import { tensorJsonSchema } from './tensor-json.ts';

const tensors = z.record(z.string(), tensorJsonSchema);
const score = z.record(z.string(), z.unknown());

const caseSchema = z.strictObject({
  about: z.string().optional().describe('Where the rows, and what is expected of them, come from.'),
  rows: z
    .array(z.record(z.string(), z.unknown()))
    .max(limits.goldenRowsMax)
    .optional()
    .describe('Records as a sender would write them; a model of tensors has none.'),
  feeds: tensors.describe('What the rows become: the inputs of scoring.onnx.'),
  outputs: tensors.describe('What scoring.onnx answered when the case was added.'),
  expected: z
    .array(score)
    .optional()
    .describe('Scores by another hand, for example the training: for each row some fields of the score.'),
});

const goldenSchema = z.strictObject({
  format: z.literal(1),
  tolerance: z.strictObject({ absolute: z.number().min(0), relative: z.number().min(0) }),
  cases: z.array(caseSchema).max(limits.goldenCasesMax),
});

/** `golden.json`: records with the answers that a package must give wherever it runs. */
export type Golden = z.infer<typeof goldenSchema>;
export type GoldenCase = z.infer<typeof caseSchema>;
export type Tolerance = Golden['tolerance'];

/** Kernels differ between kinds of CPU in the last places of float32. */
export const usualTolerance: Tolerance = { absolute: 1e-6, relative: 1e-5 };

export const goldenFile = 'golden.json';

/** @param root what `golden.json` holds, parsed */
export const parseGolden = (root: unknown): Golden | Fault[] => checkDocument(goldenSchema, root, 'manifest.invalid');
