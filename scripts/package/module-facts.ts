import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A module of npm that is shipped, inside of the bundle or beside it. */
export interface ModuleFacts {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
  /** Text of its licence file; undefined where it has none. */
  readonly licenceText: string | undefined;
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type: string };
  /** As packages said it before npm had `license`. */
  readonly licenses?: readonly { readonly type: string }[];
}

/** What a module says of itself. @param folder of the module, absolute */
export function moduleFacts(folder: string): ModuleFacts {
  const packageJson = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
  const file = readdirSync(folder)
    .filter((name) => /^licen[cs]e/i.test(name))
    .sort()[0];
  return {
    name: packageJson.name,
    version: packageJson.version,
    licence: licenceOf(packageJson),
    licenceText: file === undefined ? undefined : readFileSync(join(folder, file), 'utf8'),
  };
}

/** What modules say elsewhere than in package.json, where somebody has read it. */
const readElsewhere: Readonly<Record<string, string>> = {
  // The last lines of its README.
  'semaphore@1.1.0': 'MIT',
};

function licenceOf({ name, version, license, licenses }: PackageJson): string {
  if (typeof license === 'string') return license;
  const listed = license?.type ?? (licenses ?? []).map(({ type }) => type).join(' OR ');
  return listed || (readElsewhere[`${name}@${version}`] ?? '');
}

/** Folders of the modules that esbuild put into the bundle. @param inputs paths of source files, relative to the root */
export function bundledFolders(inputs: readonly string[], root: string): string[] {
  const folders = inputs
    .map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort().filter((folder) => existsSync(join(root, folder, 'package.json')));
}
