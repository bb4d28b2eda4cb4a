import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildModel } from '../scoring/built-models.ts';
import { bundledModels } from '../scoring/bundled-model.ts';

let models: string;
beforeEach(() => {
  models = mkdtempSync(join(tmpdir(), 'sluice-rebuilt-'));
});
afterEach(() => rmSync(models, { recursive: true, force: true }));

test('the bundled package is what its manifest and model build to, byte for byte', async () => {
  const [bundled, rebuilt] = [bundledModels, models].map((folder) => join(folder, 'machine-failure', '1')) as [
    string,
    string,
  ];
  mkdirSync(rebuilt, { recursive: true });
  for (const file of ['manifest.json', 'model.onnx', 'golden.json']) cpSync(join(bundled, file), join(rebuilt, file));
  await buildModel(models, 'machine-failure');
  for (const file of ['scoring.onnx', 'scoring.json']) {
    expect(readFileSync(join(rebuilt, file)).equals(readFileSync(join(bundled, file))), file).toBe(true);
  }
});
