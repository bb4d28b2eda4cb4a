import * as z from 'zod';
import { limits } from '../limits.ts';
import { stepSchema } from '../steps/step-kinds.ts';
import { csvSchema } from './csv.ts';
import { featureSchema, fieldName } from './features.ts';
import { imageSchema } from './image.ts';
import { outputSchema } from './outputs.ts';

/** A model's name stands in paths and documents. */
const modelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63, the first no hyphen');

export const manifestSchema = z.strictObject({
  $schema: z.string().optional(),
  name: modelName,
  version: z.int().min(1),
  description: z.string().optional(),
  task: z.enum(['classification', 'regression', 'forecasting', 'vision', 'text', 'recommendation']),
  features: z
    .array(featureSchema)
    .max(limits.featuresMax)
    .default([])
    .describe('The fields of a record. Without any the model takes tensors as they are.'),
  derive: z
    .record(fieldName, z.string().min(1).max(limits.expressionCharactersMax))
    .default({})
    .describe('Features computed from others: name -> expression, for example "power": "torque * rpm * 2 * pi / 60".'),
  steps: z
    .array(stepSchema)
    .max(limits.stepsMax)
    .default([])
    .describe('Preprocessing between the features and the model, in order.'),
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
      .default({})
      .describe('Which features, derived or made by a step too, feed which input of the ONNX model, in order.'),
    batch: z.enum(['any', 'row']).default('any').describe('row: the model takes one row at a time, and is run so.'),
  }),
  classes: z.array(z.string().min(1)).min(2).optional().describe('Names of the classes, in the order of the model.'),
  outputs: z.record(fieldName, outputSchema).describe('The fields of a score and the tensors they come from.'),
  image: imageSchema.optional().describe('How a picture becomes the tensor of a model without features.'),
  csv: csvSchema.prefault({}).describe('How CSV files of this model are written.'),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest's JSON Schema (draft 2020-12), for editors. */
export const manifestJsonSchema = (): object => z.toJSONSchema(manifestSchema, { io: 'input' });
