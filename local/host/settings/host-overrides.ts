import { keyIgnoringCase } from './settings-section.ts';

/** An environment variable with this prefix replaces one value of host.json; `__` separates the levels. */
export const overridePrefix = 'AzureFunctionsJobHost__';

/** host.json with the values that the environment replaces; the object given is left as it is. */
export function applyOverrides(
  hostJson: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const result = structuredClone(hostJson) as Record<string, unknown>;
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !name.toLowerCase().startsWith(overridePrefix.toLowerCase())) continue;
    setAtPath(result, name.slice(overridePrefix.length).split('__'), value);
  }
  return result;
}

function setAtPath(root: Record<string, unknown>, path: readonly string[], value: string): void {
  let object = root;
  for (const level of path.slice(0, -1)) {
    const key = keyIgnoringCase(object, level) ?? level;
    const next = object[key];
    if (typeof next !== 'object' || next === null) object[key] = {};
    object = object[key] as Record<string, unknown>;
  }
  const last = path.at(-1) ?? '';
  object[keyIgnoringCase(object, last) ?? last] = value;
}
