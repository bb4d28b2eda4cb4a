import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type External, externals, shippedPlatform } from '../externals.ts';
import type { ZipEntry } from './zip.ts';

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

type Lock = Readonly<Record<string, LockedPackage>>;

/** A module that is shipped as it was installed, without what nothing loads. */
export interface ShippedModule {
  /** For example node_modules/onnxruntime-node, from the root of the project and of the package. */
  readonly folder: string;
  readonly external: External | undefined;
}

/**
 * What stays outside of the bundle, with everything that it needs on the machines of Azure, as the lock file has it.
 * @throws {Error} when a module is not installed, as one for Linux is on another system
 */
export function shippedModules(root: string): ShippedModule[] {
  const lock = (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock }).packages;
  const found = new Map<string, ShippedModule>();
  const add = (name: string, from: string, external?: External) => {
    const folder = lockedFolder(lock, name, from);
    if (folder === undefined || found.has(folder) || !runsThere(lock[folder]!)) return;
    if (!existsSync(join(root, folder)))
      throw new Error(
        `${folder} is not installed. The package is for ${shippedPlatform.os}-${shippedPlatform.cpu}: build it there.`,
      );
    found.set(folder, { folder, external });
    const { dependencies, optionalDependencies } = lock[folder]!;
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies }))
      if (!external?.forInstallOnly?.includes(each)) add(each, folder);
  };
  for (const external of externals) if (!external.isGiven) add(external.name, '', external);
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** Where Node finds a module that another one asks for: beside it, else further up. */
function lockedFolder(lock: Lock, name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const folder = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock[folder] !== undefined) return folder;
    if (at === '') return undefined;
  }
}

/** Whether a package is for the machines of Azure; most are for all. */
function runsThere({ os, cpu, libc }: LockedPackage): boolean {
  const fits = (list: readonly string[] | undefined, value: string) => list === undefined || list.includes(value);
  return fits(os, shippedPlatform.os) && fits(cpu, shippedPlatform.cpu) && fits(libc, shippedPlatform.libc);
}

/** Types, maps, sources and prose: Node loads none of them. Licences are in a file of their own. */
const neverLoaded = /\.(ts|mts|cts|map|md|markdown|tsbuildinfo|yml)$|^(src|types|test|tests|docs)\/|^\.|^licen[cs]e/i;

/** The files of a module that something may load. */
export function filesOf(root: string, { folder, external }: ShippedModule): ZipEntry[] {
  const base = join(root, folder);
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(base, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !file.startsWith('node_modules/') && isShipped(file, external))
    .map((file) => ({ path: `${folder}/${file}`, bytes: readFileSync(join(base, file)) }));
}

function isShipped(file: string, external: External | undefined): boolean {
  if (neverLoaded.test(file)) return false;
  if (external?.without?.some((beginning) => file.startsWith(beginning))) return false;
  const { binaries } = external ?? {};
  return binaries === undefined || !file.startsWith(binaries.folder) || file.startsWith(binaries.runsOn);
}

/** Native code of the package: what an auditor asks for first. */
export const isNative = (path: string): boolean => /\.(node|so(\.\d+)*)$/.test(path);
