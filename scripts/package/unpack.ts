import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ZipEntry } from './zip.ts';

/** Writes the files of a package into a folder, as the platform mounts them. */
export async function unpackInto(folder: string, entries: readonly ZipEntry[]): Promise<void> {
  for (const { path, bytes } of entries) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}
