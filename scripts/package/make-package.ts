import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../bundle-options.ts';
import { licencesText, refusedLicences } from './licences.ts';
import { modelFiles } from './model-files.ts';
import { bundledFolders, type ModuleFacts, moduleFacts } from './module-facts.ts';
import { cycloneDx } from './sbom.ts';
import { filesOf, isNative, shippedModules } from './shipped-modules.ts';
import { type ZipEntry, zipOf } from './zip.ts';

/** What a package may be at most: cold starts grow with both. */
export const packageLimits = { bytesMax: 60 << 20, filesMax: 200 } as const;

export interface AppPackage {
  readonly version: string;
  readonly entries: readonly ZipEntry[];
  readonly zip: Buffer;
  /** SHA-256 of the zip, hex. */
  readonly sha256: string;
}

/**
 * The package that Azure runs: the bundle, what cannot be bundled, sealed models, host.json, and papers (bill of materials,
 * licences). It depends on the project's files and installed modules alone: built twice, it is the same bytes.
 * @throws {Error} when a licence is not allowed, a module is missing, or the package grew beyond its limits
 */
export async function makePackage(root: string): Promise<AppPackage> {
  const { name, version, main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { outputFiles, metafile } = await build({ ...bundleOptions(root), write: false });
  const shipped = shippedModules(root);
  const bundled = bundledFolders(Object.keys(metafile.inputs), root);
  const modules = [...new Set([...bundled, ...shipped.map(({ folder }) => folder)])]
    .map((folder) => moduleFacts(join(root, folder)))
    .sort(byName);
  const refused = refusedLicences(modules);
  if (refused.length > 0) throw new Error(`These licences are not allowed:\n  ${refused.join('\n  ')}`);

  const moduleFiles = shipped.flatMap((module) => filesOf(root, module));
  const models = modelFiles(root);
  const natives = moduleFiles
    .filter(({ path }) => isNative(path))
    .map(({ path, bytes }) => ({ name: path, version: versionOf(modules, path), sha256: sha256(bytes) }));
  const entries: ZipEntry[] = [
    ...outputFiles
      .filter(({ path }) => path.endsWith('.js'))
      .map(({ path, contents }) => ({
        path: relative(root, path).replaceAll('\\', '/'),
        bytes: Buffer.from(contents),
      })),
    ...moduleFiles,
    ...models.files,
    { path: 'host.json', bytes: readFileSync(join(root, 'host.json')) },
    { path: 'package.json', bytes: Buffer.from(packageJson({ name, version, type: 'module', main, private: true })) },
    {
      path: 'sbom.cdx.json',
      bytes: Buffer.from(cycloneDx({ name, version, modules, natives, models: models.digests })),
    },
    { path: 'LICENSE', bytes: readFileSync(join(root, 'LICENSE')) },
    { path: 'third-party-licences.txt', bytes: Buffer.from(licencesText(modules)) },
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  const zip = zipOf(entries);
  const { bytesMax, filesMax } = packageLimits;
  if (zip.length > bytesMax || entries.length > filesMax)
    throw new Error(
      `The package has ${zip.length} bytes in ${entries.length} files; at most ${bytesMax} bytes in ${filesMax} files are allowed.`,
    );
  return { version, entries, zip, sha256: sha256(zip) };
}

const sha256 = (bytes: Buffer) => hash('sha256', bytes, 'hex');

const packageJson = (content: object) => `${JSON.stringify(content, null, 2)}\n`;

const byName = (a: ModuleFacts, b: ModuleFacts) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1);

/** Version of the module that a file belongs to. */
function versionOf(modules: readonly ModuleFacts[], path: string): string {
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1];
  return modules.find((module) => module.name === name)?.version ?? '';
}
