import { ScoringError } from '../../core/fault.ts';
import type { ModelFile, ModelPackage, PackageSeal } from '../../scoring/ports.ts';
import { parseJsonFile, readSmallFile } from './json-file.ts';
import { broken } from './sealed-folder.ts';

/**
 * A package whose files were held against its seal.
 * @param files all of them, by name
 * @throws {ScoringError} `package.broken` when there is no manifest among them
 */
export async function sealedPackage(
  name: string,
  version: number,
  seal: PackageSeal,
  files: ReadonlyMap<string, ModelFile>,
): Promise<ModelPackage> {
  const where = `models/${name}/${version}`;
  const manifestFile = files.get('manifest.json');
  const text = manifestFile && (await readSmallFile(manifestFile.path, `${where}/manifest.json`));
  if (manifestFile === undefined || text === undefined) throw broken(`${where} has no manifest.json`);
  return {
    name,
    version,
    seal,
    manifest: parseJsonFile(text, `${where}/manifest.json`),
    manifestDigest: manifestFile.digest,
    async file(wanted) {
      const file = files.get(wanted);
      if (file !== undefined) return file;
      throw missingFile(wanted);
    },
  };
}

export const missingFile = (name: string): ScoringError =>
  new ScoringError('model.not_ready', `the file ${name} of the package is missing`, { retryable: true });
