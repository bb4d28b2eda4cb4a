import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFolder } from '../scoring/packages/package-folder.ts';

/** A version's folder under `<models>/<name>/<version>`; it is made when the first file is written. */
export function openPackageFolder(modelsFolder: string, model: string, version: number): PackageFolder {
  const folder = join(modelsFolder, model, String(version));
  return {
    label: `models/${model}/${version}`,
    path: (name) => join(folder, name),
    names: async () => (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).sort(),
    read: (name) =>
      readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    write: async (name, bytes) => {
      await mkdir(folder, { recursive: true });
      // Written beside its place and moved there: nobody ever reads half a file.
      const draft = join(folder, `.${name}.${randomUUID()}`);
      try {
        await writeFile(draft, bytes);
        await rename(draft, join(folder, name));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
  };
}
