import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOnnxScorer } from '../../src/adapters/onnx-scorer.ts';
import { aliasesText, noAliases } from '../../src/core/aliases/aliases.ts';
import { digestOf } from '../../src/core/digest.ts';
import { sealFile, sealText } from '../../src/core/manifest/seal.ts';
import type { LoadScorer } from '../../src/scoring/ports.ts';
import { bundledModels } from './bundled-model.ts';

type Manifest = Record<string, unknown>;

/** Writes `digests.json` for whatever files a folder holds, as `sluice build` does it for a version that it made. */
export async function sealFolder(folder: string): Promise<void> {
  await rm(join(folder, sealFile), { force: true });
  const names = await readdir(folder);
  const digests = await Promise.all(
    names.map(async (name) => [name, digestOf(await readFile(join(folder, name)))] as const),
  );
  const text = sealText({ builtBy: 'sluice 0.0.0', files: new Map(digests) });
  await writeFile(join(folder, sealFile), text);
}

/**
 * Puts a sealed version of the bundled model into a folder of models.
 * @param change what is different in its manifest
 * @returns the version's folder
 */
export async function addSealedVersion(
  models: string,
  version: number,
  change: (manifest: Manifest) => Manifest = (manifest) => manifest,
): Promise<string> {
  const folder = join(models, 'machine-failure', String(version));
  await mkdir(join(models, 'machine-failure'), { recursive: true });
  await cp(join(bundledModels, 'machine-failure', '1'), folder, { recursive: true });
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(change({ ...manifest, version }), null, 2)}\n`);
  // What others expect of the bundled version speaks of its own classes.
  await rm(join(folder, 'golden.json'), { force: true });
  await sealFolder(folder);
  return folder;
}

/** A manifest change that makes a version's answers tell it from others: it calls the classes `ok<tag>` and `failure<tag>`. */
export const withClassNames =
  (tag: string) =>
  (manifest: Manifest): Manifest => ({
    ...manifest,
    classes: [`ok${tag}`, `failure${tag}`],
    outputs: {
      label: { kind: 'label', tensor: 'probabilities', positive: `failure${tag}`, threshold: 0.5 },
      probability: { kind: 'probability', tensor: 'probabilities', class: `failure${tag}` },
    },
  });

/** Lets aliases of a folder's model stand for versions, as a rename does it: whole or not at all. */
export async function writeAliases(models: string, aliases: Record<string, number>): Promise<void> {
  const path = join(models, 'machine-failure', 'aliases.json');
  await writeFile(`${path}.new`, aliasesText({ ...noAliases, aliases }));
  await rename(`${path}.new`, path);
}

/** Counts the sessions that are in memory. */
export function countingScorers(): { load: LoadScorer; alive: () => number; loaded: () => number } {
  let [loaded, released] = [0, 0];
  const load: LoadScorer = async (file) => {
    const scorer = await loadOnnxScorer(file);
    loaded++;
    const release = () => {
      released++;
      return scorer.release();
    };
    return { inputs: scorer.inputs, outputs: scorer.outputs, run: (...run) => scorer.run(...run), release };
  };
  return { load, alive: () => loaded - released, loaded: () => loaded };
}
