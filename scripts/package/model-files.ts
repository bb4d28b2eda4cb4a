import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, digestOfFiles } from '../../src/core/digest.ts';
import type { NamedDigest } from './sbom.ts';
import type { ZipEntry } from './zip.ts';

/** What decides scores: the digest of these three is the `modelDigest` of documents. */
const deciding = ['manifest.json', 'scoring.json', 'scoring.onnx'];

export interface BundledModels {
  readonly files: readonly ZipEntry[];
  readonly digests: readonly NamedDigest[];
}

/** The sealed versions of all models, with routes and aliases; open versions are nobody's yet. */
export function modelFiles(root: string): BundledModels {
  const files: ZipEntry[] = [];
  const digests: NamedDigest[] = [];
  const take = (path: string) => {
    if (existsSync(join(root, path))) files.push({ path, bytes: readFileSync(join(root, path)) });
  };
  take('models/routes.json');
  for (const model of foldersIn(join(root, 'models'))) {
    take(`models/${model}/aliases.json`);
    for (const version of foldersIn(join(root, 'models', model))) {
      const folder = `models/${model}/${version}`;
      if (!existsSync(join(root, folder, 'digests.json'))) continue;
      const seal = JSON.parse(readFileSync(join(root, folder, 'digests.json'), 'utf8')) as { files: object };
      for (const file of ['digests.json', ...Object.keys(seal.files)].sort()) take(`${folder}/${file}`);
      digests.push({ name: model, version, sha256: modelDigest(join(root, folder)) });
    }
  }
  return { files, digests };
}

const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

function modelDigest(folder: string): string {
  const files = new Map(deciding.map((file) => [file, digestOf(readFileSync(join(folder, file)))]));
  return digestOfFiles(files).slice('sha256:'.length);
}
