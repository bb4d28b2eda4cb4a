import * as z from 'zod';
import { limits } from '../limits.ts';

/** Names of models, features and outputs: they stand in paths, columns and documents. */
const modelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63, the first no hyphen');
const fieldName = z.string().min(1).max(128);

const named = {
  name: fieldName.describe('The name in JSON rows and column headers.'),
  aliases: z
    .array(fieldName)
    .max(limits.aliasesMax)
    .optional()
    .describe('Other names that senders use for the same feature.'),
  description: z.string().optional(),
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
      .describe('The vocabulary; a numeric model input gets the position in this list.'),
    missing: missing(z.string()),
  }),
  z.strictObject({ type: z.literal('text'), ...named, missing: missing(z.string()) }),
  z.strictObject({ type: z.literal('timestamp'), ...named, missing: missing(z.number()) }),
]);

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
  }),
  z.strictObject({ kind: z.literal('probabilities'), tensor }),
  z.strictObject({ kind: z.literal('value'), tensor }),
  z.strictObject({ kind: z.literal('vector'), tensor }),
]);

export const csvSchema = z.strictObject({
  separator: z.enum([',', ';', '\t', '|']).default(','),
  rowNames: z
    .boolean()
    .default(false)
    .describe('Rows begin with a column that the header does not name, as R and pandas write it.'),
});

export const manifestSchema = z.strictObject({
  $schema: z.string().optional(),
  name: modelName,
  version: z.int().min(1),
  description: z.string().optional(),
  task: z.enum(['classification', 'regression', 'forecasting', 'vision', 'text', 'recommendation']),
  features: z.array(featureSchema).min(1).max(limits.featuresMax),
  key: z
    .strictObject({ name: fieldName, aliases: z.array(fieldName).max(limits.aliasesMax).optional() })
    .optional()
    .describe('The field that names the entity of a record, for example the device; it need not be a feature.'),
  model: z.strictObject({
    file: z
      .string()
      .regex(/^[A-Za-z0-9._-]+\.onnx$/, 'a file name that ends in .onnx')
      .default('model.onnx'),
    inputs: z
      .record(z.string(), z.array(fieldName).min(1))
      .describe('Which features feed which input of the ONNX model, in order.'),
  }),
  classes: z.array(z.string().min(1)).min(2).optional().describe('Names of the classes, in the order of the model.'),
  outputs: z
    .record(fieldName, outputSchema)
    .refine((outputs) => Object.keys(outputs).length > 0, 'at least one output')
    .describe('The fields of a score and the tensors they come from.'),
  csv: csvSchema.prefault({}).describe('How CSV files of this model are written.'),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Feature = z.infer<typeof featureSchema>;
export type FeatureType = Feature['type'];
export type OutputSpec = z.infer<typeof outputSchema>;
export type CsvDialect = z.infer<typeof csvSchema>;

/** The manifest's JSON Schema (draft 2020-12), for editors. */
export const manifestJsonSchema = (): object => z.toJSONSchema(manifestSchema, { io: 'input' });
