import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sealFile } from '../core/manifest/seal.ts';
import { contractFile, graphFile } from '../core/pipeline/contract.ts';
import { jsonText, manifestFile, readJsonFile } from '../scoring/packages/read-package.ts';
import { openPackageFolder } from './open-package-folder.ts';

/** What a build makes, and makes again. */
const built: ReadonlySet<string> = new Set([sealFile, contractFile, graphFile]);

/**
 * Begins the next version of a model as an open copy of an older one.
 * @returns its number
 */
export async function forkPackage(modelsFolder: string, name: string, version: number): Promise<number> {
  const taken = (await readdir(join(modelsFolder, name))).filter((each) => /^[1-9]\d*$/.test(each)).map(Number);
  const next = Math.max(...taken) + 1;
  const source = openPackageFolder(modelsFolder, name, version);
  const target = openPackageFolder(modelsFolder, name, next);
  for (const file of await source.names()) {
    if (built.has(file) || file === manifestFile) continue;
    const bytes = await source.read(file);
    if (bytes !== undefined) await target.write(file, bytes);
  }
  const manifest = (await readJsonFile(source, manifestFile)) as object;
  await target.write(manifestFile, jsonText({ ...manifest, version: next }));
  return next;
}
