import type { ModuleFacts } from './module-facts.ts';

/** Licences that ask for nothing but that they are named. */
export const allowedLicences: readonly string[] = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** Under LGPL, which lets a library be used that whoever has the package may replace: a shared library of its own. */
const sharedLibraries: Readonly<Record<string, string>> = { '@img/sharp-libvips-linux-x64': 'LGPL-3.0-or-later' };

/** Modules whose licence no list allows, with what they say. */
export const refusedLicences = (modules: readonly ModuleFacts[]): string[] =>
  modules
    .filter(({ name, licence }) => !isAllowed(licence) && sharedLibraries[name] !== licence)
    .map(({ name, version, licence }) => `${name}@${version} is under ${licence || 'no licence that it names'}`);

/** Of `A OR B` one must be allowed, of `A AND B` both. */
function isAllowed(expression: string): boolean {
  const alternatives = expression.replace(/[()]/g, '').split(/\s+OR\s+/);
  return alternatives.some((each) => each.split(/\s+AND\s+/).every((name) => allowedLicences.includes(name.trim())));
}

/** The file that ships with the package: every module, its licence, and its words. */
export function licencesText(modules: readonly ModuleFacts[]): string {
  const sections = modules.map(
    ({ name, version, licence, licenceText }) =>
      `${name} ${version} (${licence})\n\n${licenceText?.trim().replaceAll('\r\n', '\n') ?? 'The module brings no text of its licence.'}\n`,
  );
  return `What this package is made of, beside Sluice itself, and under which licences.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
