import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Digest } from '../digest.ts';
import { type Fault, pointerTo } from '../fault.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkDocument } from '../schema-faults.ts';
import { type LearnedValues, unfitted } from './emit-step.ts';

const learnedSchema = z.strictObject({
  step: z.string(),
  of: z.string().describe('Digest of everything in the manifest that decides what the step sees.'),
  values: z.unknown(),
});

const fittedSchema = z.strictObject({
  format: z.literal(1),
  data: z.strictObject({ rows: z.int(), refused: z.int() }),
  categories: z.record(z.string(), z.array(z.string())),
  steps: z.array(learnedSchema.nullable()),
});

/** `fitted.json`: what `sluice fit` learned for the steps of a manifest, in their order. */
export type Fitted = z.infer<typeof fittedSchema>;

/** What a package has that learned nothing. */
export const nothingFitted: Fitted = { format: 1, data: { rows: 0, refused: 0 }, categories: {}, steps: [] };

/** @param root what `fitted.json` holds, parsed */
export const parseFitted = (root: unknown): Fitted | Fault[] => checkDocument(fittedSchema, root, 'manifest.invalid');

/** What decides the values that step `index` sees: what it learned holds only while this stays the same. */
export function digestOfStep({ features, derive, steps }: Manifest, index: number): Digest {
  const seen = features.map(({ name, type, missing }) => ({ name, type, missing: missing ?? 'reject' }));
  const upTo = steps.slice(0, index + 1);
  return `sha256:${createHash('sha256').update(JSON.stringify({ seen, derive, upTo })).digest('hex')}`;
}

/** The values in `fitted.json`, as far as they were learned for this very manifest. */
export function fittedValues(manifest: Manifest, { steps }: Fitted): LearnedValues {
  return (index) => {
    const learned = steps[index] ?? undefined;
    if (learned === undefined) return undefined;
    const isOfThis = learned.step === manifest.steps[index]?.step && learned.of === digestOfStep(manifest, index);
    return isOfThis
      ? learned.values
      : unfitted(pointerTo('steps', index), 'what was learned for other features or steps');
  };
}
