import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { openPackageFolder } from '../../src/adapters/open-package-folder.ts';
import { type BuildReport, buildPackage } from '../../src/scoring/packages/build-package.ts';

/** Builds and seals a version in a folder of models, as `sluice build` does it. */
export const buildModel = (modelsFolder: string, name: string, version = 1): Promise<BuildReport> =>
  buildPackage(openPackageFolder(modelsFolder, name, version), loadOnnxScorer, 'sluice test');
