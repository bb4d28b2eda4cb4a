import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real data and models that lie beside the project; tests that need them are skipped, and say so, where they are absent. */
const folder = fileURLToPath(new URL('../../shared/data/', import.meta.url));

export const hasSharedData = existsSync(folder);

/** Path of a file of the shared data. */
export const sharedData = (...path: string[]): string => join(folder, ...path);
