import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface PackageJson {
  readonly main?: unknown;
}

/**
 * Loads every file that `main` of package.json matches, one after the other in the order of their names.
 * @throws {Error} that names the file; the caller must then treat the app as one without functions
 */
export async function loadApp(appFolder: string): Promise<void> {
  for (const file of entryPointsOf(appFolder)) {
    try {
      await import(pathToFileURL(join(appFolder, file)).href);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Error(`Worker was unable to load entry point "${file}": ${reason}`);
    }
  }
}

function entryPointsOf(appFolder: string): string[] {
  const { main } = readPackageJson(appFolder);
  if (typeof main !== 'string' || main === '') {
    throw new Error(`package.json of ${appFolder} has no "main": it names the files that register functions.`);
  }
  const files = globSync(main, { cwd: appFolder }).sort();
  if (files.length === 0) {
    throw new Error(
      `Worker was unable to load entry point "${main}": no file of ${appFolder} matches. Is the app built?`,
    );
  }
  return files;
}

function readPackageJson(appFolder: string): PackageJson {
  const path = join(appFolder, 'package.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}
