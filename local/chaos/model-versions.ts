import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sluice } from './run-sluice.ts';

/** The model that comes with the project and scores the events of every disaster. */
export const bundledModel = 'machine-failure';
const bundled = fileURLToPath(new URL('../../models', import.meta.url));

/** Of a manifest, what is changed here. */
export interface ChangedManifest {
  readonly features: { name: string; min?: number; max?: number }[];
}

/**
 * Publishes the bundled model as version 1 and a copy of it, under a seal of its own, as version 2. Version 1 is live.
 * @param change what is different in the manifest of version 2
 */
export async function publishTwoVersions(
  twinFolder: string,
  change: (manifest: ChangedManifest) => void = () => {},
): Promise<void> {
  const models = await mkdtemp(join(tmpdir(), 'sluice-chaos-models-'));
  const run = (...args: string[]) => sluice(twinFolder, ...args);
  try {
    await cp(join(bundled, bundledModel), join(models, bundledModel), { recursive: true });
    await run('fork', bundledModel, '--models', models);
    const path = join(models, bundledModel, '2', 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as ChangedManifest;
    change(manifest);
    await writeFile(path, JSON.stringify(manifest, null, 2));
    await run('build', bundledModel, '--models', models);
    for (const version of ['1', '2']) await run('publish', bundledModel, version, '--models', models);
    await promote(twinFolder, 1);
  } finally {
    await rm(models, { recursive: true, force: true });
  }
}

/** Lets the alias `live` stand for a version. */
export const promote = (twinFolder: string, version: number): Promise<string> =>
  sluice(twinFolder, 'promote', bundledModel, String(version));
