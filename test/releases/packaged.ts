import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipOf } from '../../scripts/package/zip.ts';
import { ZipFiles } from '../../src/adapters/releases/zip-files.ts';
import type { Release } from '../../src/core/releases/release.ts';
import { project } from '../docs/markdown.ts';
import { bundledModel } from '../scoring/bundled-model.ts';
import type { AzureDouble } from './azure-double.ts';

const folder = 'models/machine-failure/1';
const modelFile = (name: string) => ({ path: `${folder}/${name}`, bytes: readFileSync(join(project, folder, name)) });

export const golden = JSON.parse(modelFile('golden.json').bytes.toString());

export interface Packaged {
  readonly release: Release;
  readonly zip: Buffer;
}

/** A package with the bundled model and two functions; `version` makes it another one. */
export function packaged(version: string): Packaged {
  const text = (path: string, content: string) => ({ path, bytes: Buffer.from(content) });
  const zip = zipOf([
    text('package.json', JSON.stringify({ version })),
    text('dist/functions/score-http.js', ''),
    text('dist/functions/score-events.js', ''),
    ...['digests.json', 'golden.json', 'manifest.json', 'scoring.json', 'scoring.onnx'].map(modelFile),
  ]);
  return { release: { version, sha256: hash('sha256', zip, 'hex') }, zip };
}

/** Has the app answer what golden rows expect; a package whose version is in the list answers something else. */
export async function answerGoldenRows(azure: AzureDouble, wrongVersions: readonly string[]): Promise<void> {
  const { digest } = await bundledModel();
  azure.functionLists = [['score-http', 'score-events']];
  azure.answer = (published, path) => {
    const { version } = JSON.parse(new ZipFiles(published).read('package.json').toString());
    if (path === '/v2') return { status: 200, body: { name: 'sluice', version } };
    const shift = wrongVersions.includes(version) ? 0.25 : 0;
    const scores = golden.cases[0].expected.map((score: { probability: number }) => ({
      ...score,
      probability: score.probability + shift,
    }));
    return { status: 200, body: { model: 'machine-failure', version: 1, modelDigest: digest, scores } };
  };
}
