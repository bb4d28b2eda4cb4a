import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyIgnoringCase } from './settings-section.ts';

/** App settings by name: the environment of the app. */
export type AppSettings = Readonly<Record<string, string>>;

interface LocalSettings {
  readonly IsEncrypted?: boolean;
  readonly Values?: Readonly<Record<string, unknown>>;
  readonly ConnectionStrings?: Readonly<Record<string, unknown>>;
}

/**
 * The settings of an app: local.settings.json, if there is one, and over it the environment of the host.
 * @throws {Error} when local.settings.json cannot be used
 */
export function readAppSettings(
  appFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): AppSettings {
  const settings: Record<string, string> = { ...readLocalSettings(appFolder) };
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

/** The value of a setting; as in .NET, case does not count where no name fits exactly. */
export function settingOf(settings: AppSettings, name: string): string | undefined {
  const exact = settings[name];
  if (exact !== undefined) return exact;
  const key = keyIgnoringCase(settings, name);
  return key === undefined ? undefined : settings[key];
}

function readLocalSettings(appFolder: string): Record<string, string> {
  const path = join(appFolder, 'local.settings.json');
  if (!existsSync(path)) return {};
  const { IsEncrypted = true, Values = {}, ConnectionStrings = {} } = parseLocalSettings(path);
  if (IsEncrypted) {
    throw new Error(`${path}: only plain settings can be read here; write "IsEncrypted": false.`);
  }
  const entries = [
    ...Object.entries(Values),
    ...Object.entries(ConnectionStrings).map(([name, value]) => [`ConnectionStrings:${name}`, value] as const),
  ];
  for (const [name, value] of entries) {
    if (typeof value !== 'string')
      throw new Error(`${path}: ${name} must be a text, but it is ${JSON.stringify(value)}.`);
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function parseLocalSettings(path: string): LocalSettings {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`);
  }
}
