import { fileURLToPath } from 'node:url';
import { givenFiles, withScratchFile } from '../../../src/adapters/given-files.ts';
import { modelProbe } from '../../../src/adapters/model-probe.ts';
import { openPackageFolder } from '../../../src/adapters/open-package-folder.ts';
import { type ImportReport, type ImportRequest, importModel } from '../../../src/scoring/import/import-model.ts';

export const project = fileURLToPath(new URL('../../..', import.meta.url));
export const probe = modelProbe(new URL('../../../src/adapters/model-probe-child.ts', import.meta.url));

/** Imports a model as version 1 into a folder of models, as `sluice import` does it. */
export const importInto = (
  modelsFolder: string,
  name: string,
  path: string,
  more: Partial<ImportRequest> = {},
): Promise<ImportReport> =>
  importModel(
    { files: givenFiles, probe, withScratchFile },
    { path, name, version: 1, timeoutMs: 20_000, ...more },
    openPackageFolder(modelsFolder, name, 1),
  );
