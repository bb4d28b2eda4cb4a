import * as z from 'zod';
import { limits } from '../limits.ts';

/** Names of features, derived features and outputs: they stand in rows, columns and documents. */
export const fieldName = z.string().min(1).max(128);

const named = {
  name: fieldName.describe('The name in JSON rows and column headers.'),
  aliases: z
    .array(fieldName)
    .max(limits.aliasesMax)
    .optional()
    .describe(
      'Other names that senders use for the same feature; one like /sensor/torque is a place inside of a JSON record.',
    ),
  description: z.string().optional(),
  sensitive: z
    .boolean()
    .optional()
    .describe('true: no fault shows its values, and dead letters are kept without them.'),
};

/** What happens to a record in which the feature is absent, null or empty. */
const missing = (value: z.ZodType) =>
  z
    .union([z.enum(['reject', 'keep']), z.strictObject({ impute: value })])
    .optional()
    .describe('reject (default): refuse the record; keep: hand NaN to the model; { impute }: put this value there.');

const numeric = {
  ...named,
  unit: z.string().optional().describe('Unit of the value, for people: K, rpm, Nm.'),
  min: z.number().optional().describe('Smallest value that is accepted.'),
  max: z.number().optional().describe('Largest value that is accepted.'),
  missing: missing(z.number()),
};

export const featureSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('number'), ...numeric }),
  z.strictObject({ type: z.literal('integer'), ...numeric }),
  z.strictObject({ type: z.literal('boolean'), ...named, missing: missing(z.boolean()) }),
  z.strictObject({
    type: z.literal('category'),
    ...named,
    categories: z
      .array(z.string().min(1).max(limits.textCharactersMax))
      .min(1)
      .max(limits.categoriesMax)
      .optional()
      .describe('The vocabulary, in the order of its codes; learned by `sluice fit` when it is not given.'),
    unknown: z
      .enum(['reject', 'keep'])
      .optional()
      .describe('A text outside the vocabulary. reject (default): refuse the record; keep: let a step decide.'),
    missing: missing(z.string()),
  }),
  z.strictObject({ type: z.literal('text'), ...named, missing: missing(z.string()) }),
  z.strictObject({ type: z.literal('timestamp'), ...named, missing: missing(z.number()) }),
]);

export type Feature = z.infer<typeof featureSchema>;
export type FeatureType = Feature['type'];
