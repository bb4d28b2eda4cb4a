import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { openPackageFolder } from '../adapters/open-package-folder.ts';
import { closestTo } from '../core/suggest.ts';
import type { PackageFolder } from '../scoring/packages/package-folder.ts';
import { type OptionSpec, type OptionValues, text } from './command.ts';
import { UsageError } from './usage-error.ts';

/** Options of every command that works on a package of a models folder. */
export const packageOptions = {
  models: { type: 'string', value: 'FOLDER', help: 'Folder of the models (models).' },
  version: { type: 'string', short: 'v', value: 'N', help: 'Version of the model (the newest).' },
} as const satisfies Record<string, OptionSpec>;

/** With it where the operand of a command is something else. */
export const modelOption = {
  type: 'string',
  short: 'm',
  value: 'NAME',
  help: 'Name of the model; needed where there are several.',
} as const satisfies OptionSpec;

/** Who builds: it stands in the seal. */
export const builtBy = `sluice ${packageJson.version}`;

/** Which package a command means. */
export interface ChosenPackage {
  readonly modelsFolder: string;
  readonly name: string;
  readonly version: number;
  readonly folder: PackageFolder;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const foldersIn = (path: string): string[] =>
  isFolder(path) ? readdirSync(path).filter((name) => isFolder(join(path, name))) : [];

/**
 * The package that a person means: by name, as the folder of a version, or the only one there is.
 * @throws {UsageError} with what there is
 */
export function choosePackage(options: OptionValues, named: string | undefined): ChosenPackage {
  const asFolder = named !== undefined && /[/\\]\d+[/\\]?$/.test(named) && isFolder(named) ? resolve(named) : undefined;
  if (asFolder !== undefined) {
    const model = dirname(asFolder);
    return chosen(dirname(model), basename(model), Number(basename(asFolder)));
  }
  const modelsFolder = text(options, 'models') ?? 'models';
  const names = foldersIn(modelsFolder).sort();
  const name = named ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    throw new UsageError(
      `Which model? In ${modelsFolder} there ${names.length === 0 ? 'is none' : `are ${names.join(', ')}`}.`,
    );
  }
  if (!names.includes(name)) {
    const hint = closestTo(name, names);
    throw new UsageError(
      `There is no model "${name}" in ${modelsFolder}.${hint === undefined ? '' : ` Is ${hint} meant?`}`,
    );
  }
  const versions = foldersIn(join(modelsFolder, name))
    .filter((each) => /^[1-9]\d*$/.test(each))
    .map(Number);
  const wanted = text(options, 'version');
  const version = wanted === undefined ? Math.max(...versions) : Number(wanted);
  if (versions.includes(version)) return chosen(modelsFolder, name, version);
  throw new UsageError(
    versions.length === 0
      ? `${join(modelsFolder, name)} has no versions: folders named 1, 2, ...`
      : `${name} has the versions ${versions.sort((a, b) => a - b).join(', ')}, and no ${wanted}.`,
  );
}

const chosen = (modelsFolder: string, name: string, version: number): ChosenPackage => ({
  modelsFolder,
  name,
  version,
  folder: openPackageFolder(modelsFolder, name, version),
});
