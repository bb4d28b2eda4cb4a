import { azureMl } from './azure-ml/azure-ml.ts';
import type { DialectName } from './call-route.ts';
import type { Dialect } from './dialect.ts';
import { kserveV1 } from './kserve/kserve-v1.ts';
import { mlflow } from './mlflow/mlflow.ts';
import { openInference } from './open-inference/open-inference.ts';
import { plain } from './plain/plain.ts';

/** All ways of speaking HTTP. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { plain, openInference, kserveV1, mlflow, azureMl };
