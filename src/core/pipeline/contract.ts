import * as z from 'zod';
import type { Fault } from '../fault.ts';
import { checkDocument } from '../schema-faults.ts';
import { tensorTypes } from '../tensor.ts';

/** The file beside the built graph that says how to feed and read it. */
export const contractFile = 'scoring.json';
/** The built graph: pipeline and model in one, which is what runs. */
export const graphFile = 'scoring.onnx';

/** Outputs that the pipeline adds to those of the user's model. */
export const overflowOutput = 'sluice/overflow';
export const outlierOutput = (index: number): string => `sluice/outliers-${index}`;

const elementType = z.enum(tensorTypes);

const contractSchema = z.strictObject({
  format: z.literal(1),
  inputTypes: z
    .record(z.string(), elementType)
    .describe("Element type of each input of the user's model: what a feature must fit that feeds it."),
  categories: z.record(z.string(), z.array(z.string())).describe('The vocabulary of each category feature.'),
  overflow: z
    .array(z.string())
    .describe(`Columns of the output ${overflowOutput}; without any there is no such output.`),
  outliers: z
    .array(z.strictObject({ step: z.string(), columns: z.array(z.string()), action: z.enum(['reject', 'flag']) }))
    .describe('Steps that judge rows: the columns of each output sluice/outliers-<i>.'),
});

/** What a runtime must know of a built graph that the graph itself cannot tell it. */
export type Contract = z.infer<typeof contractSchema>;

/** @param root what `scoring.json` holds, parsed */
export const parseContract = (root: unknown): Contract | Fault[] =>
  checkDocument(contractSchema, root, 'manifest.invalid');
