import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openDataFile } from '../../../src/adapters/data-file.ts';
import { loadOnnxBytes } from '../../../src/adapters/onnx-scorer.ts';
import { openPackageFolder } from '../../../src/adapters/open-package-folder.ts';
import { writeOnnx } from '../../../src/core/graph/onnx-file.ts';
import { plainCsv } from '../../../src/core/manifest/csv.ts';
import { type FitProgress, fitPackage } from '../../../src/scoring/packages/fit-package.ts';
import { type EchoInput, echoModel } from '../../core/pipeline/echo-model.ts';

/** An open package in a folder of its own, whose model answers with what it is fed. */
export function openPackage(manifest: object, inputs: readonly EchoInput[]) {
  const models = mkdtempSync(join(tmpdir(), 'sluice-package-'));
  onTestFinished(() => rmSync(models, { recursive: true, force: true }));
  const folder = openPackageFolder(models, 'echo', 1);
  const path = (name: string) => folder.path(name);
  mkdirSync(join(models, 'echo', '1'), { recursive: true });
  const written = { name: 'echo', version: 1, task: 'regression', ...manifest };
  writeFileSync(path('manifest.json'), JSON.stringify(written));
  writeFileSync(path('model.onnx'), writeOnnx(echoModel(inputs)));
  return {
    models,
    folder,
    write: (name: string, text: string) => {
      writeFileSync(path(name), text);
      return path(name);
    },
    /** Fits it to the rows of a CSV text. */
    learn: (csv: string, onProgress: (progress: FitProgress) => void = () => {}) => {
      const file = join(models, 'data.csv');
      writeFileSync(file, csv);
      return fitPackage(folder, openDataFile(file, plainCsv), loadOnnxBytes, onProgress);
    },
  };
}
