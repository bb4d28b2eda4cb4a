import * as z from 'zod';
import { bin } from './bin.ts';
import { clip } from './clip.ts';
import { cyclic } from './cyclic.ts';
import { impute } from './impute.ts';
import { log1p } from './log1p.ts';
import { oneHot } from './one-hot.ts';
import { ordinal } from './ordinal.ts';
import { outliers } from './outliers.ts';
import { pca } from './pca.ts';
import { polynomial } from './polynomial.ts';
import { power } from './power.ts';
import { scale } from './scale.ts';
import { select } from './select.ts';
import { squash } from './squash.ts';

/** Every kind of step, by its name in a manifest. */
export const stepKinds = {
  impute,
  clip,
  scale,
  squash,
  log1p,
  power,
  bin,
  'one-hot': oneHot,
  ordinal,
  cyclic,
  polynomial,
  select,
  pca,
  outliers,
} as const;

/** A step of a manifest. */
export const stepSchema = z.discriminatedUnion('step', [
  stepKinds.impute.schema,
  stepKinds.clip.schema,
  stepKinds.scale.schema,
  stepKinds.squash.schema,
  stepKinds.log1p.schema,
  stepKinds.power.schema,
  stepKinds.bin.schema,
  stepKinds['one-hot'].schema,
  stepKinds.ordinal.schema,
  stepKinds.cyclic.schema,
  stepKinds.polynomial.schema,
  stepKinds.select.schema,
  stepKinds.pca.schema,
  stepKinds.outliers.schema,
]);

export type Step = z.infer<typeof stepSchema>;
