import { type AppSettings, settingOf } from './app-settings.ts';

/** Replaces each %NAME% of a binding's property by the setting of that name. */
export function resolveNames(text: string, settings: AppSettings, functionName: string, property: string): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = settingOf(settings, name);
    if (value !== undefined) return value;
    throw new Error(
      `Function ${functionName}: its property ${property} is "${text}", but there is no app setting ${name}. ` +
        `Set ${name} in the environment or in local.settings.json.`,
    );
  });
}

/**
 * The connection string that a binding names by an app setting; the Functions host also looks for it under two prefixes.
 * @throws {Error} when it is missing, or when the setting describes a connection by identity, which only Azure can open
 */
export function connectionStringOf(setting: string, settings: AppSettings, functionName: string): string {
  for (const name of [`AzureWebJobs${setting}`, setting, `ConnectionStrings:${setting}`]) {
    const value = settingOf(settings, name);
    if (value !== undefined && value !== '') return value;
  }
  const parts = Object.keys(settings).filter((name) => name.toLowerCase().startsWith(`${setting.toLowerCase()}__`));
  const byIdentity = parts.length === 0 ? '' : ` (${parts.join(', ')} would need an identity of Azure)`;
  throw new Error(
    `Function ${functionName}: there is no connection string in the app setting ${setting}${byIdentity}. ` +
      `Set ${setting} in the environment or in local.settings.json.`,
  );
}
