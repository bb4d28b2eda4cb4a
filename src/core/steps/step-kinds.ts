import * as z from 'zod';
import { clip } from './clip.ts';
import { impute } from './impute.ts';
import { log1p } from './log1p.ts';
import { outliers } from './outliers.ts';
import { power } from './power.ts';
import { scale } from './scale.ts';
import { squash } from './squash.ts';

/** Every kind of step, by its name in a manifest. */
export const stepKinds = { impute, clip, scale, squash, log1p, power, outliers } as const;

/** A step of a manifest. */
export const stepSchema = z.discriminatedUnion('step', [
  stepKinds.impute.schema,
  stepKinds.clip.schema,
  stepKinds.scale.schema,
  stepKinds.squash.schema,
  stepKinds.log1p.schema,
  stepKinds.power.schema,
  stepKinds.outliers.schema,
]);

export type Step = z.infer<typeof stepSchema>;
