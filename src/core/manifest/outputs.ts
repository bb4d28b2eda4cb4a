import * as z from 'zod';
import { limits } from '../limits.ts';

const softmax = z
  .boolean()
  .optional()
  .describe('Whether the tensor holds logits, of which softmax makes probabilities.');
const tensor = z.string().min(1).describe('Name of the output of the ONNX model.');

export const outputSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('label'),
    tensor: tensor.describe('A tensor of class numbers or names, or of probabilities by class.'),
    positive: z.string().optional().describe('With `threshold`: the class whose probability is compared.'),
    threshold: z.number().min(0).max(1).optional().describe('From this probability on the label is `positive`.'),
  }),
  z.strictObject({
    kind: z.literal('probability'),
    tensor,
    class: z.string().describe('The class whose probability this is.'),
    softmax,
  }),
  z.strictObject({ kind: z.literal('probabilities'), tensor, softmax }),
  z.strictObject({
    kind: z.literal('top'),
    tensor,
    k: z.int().min(1).max(limits.topMax).describe('How many classes, the most probable first.'),
    softmax,
  }),
  z.strictObject({
    kind: z.literal('value'),
    tensor,
    column: z.int().min(0).optional().describe('Of a tensor with several columns: which one.'),
  }),
  z.strictObject({ kind: z.literal('vector'), tensor }),
]);

export type OutputSpec = z.infer<typeof outputSchema>;
