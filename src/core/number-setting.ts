/** The app's settings: the environment of its process. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** A number above 0 in the settings; undefined when it is absent or wrong, which `numberSettingProblem` then tells. */
export function numberSetting(settings: Settings, name: string): number | undefined {
  const value = Number(settings[name] || Number.NaN);
  return value > 0 && Number.isFinite(value) ? value : undefined;
}

/** What is wrong with a setting that is to be a number, in one sentence. */
export function numberSettingProblem(settings: Settings, name: string): string | undefined {
  if (!settings[name] || numberSetting(settings, name) !== undefined) return undefined;
  return `The app setting ${name} is ${JSON.stringify(settings[name])}: expected a number above 0.`;
}
