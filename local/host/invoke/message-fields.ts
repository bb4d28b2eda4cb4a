import type { TypedData } from '../worker/typed-data.ts';

/**
 * Adds the top-level fields of a JSON message to its metadata, as the host does for a text that is a JSON object: a field
 * `id` or `dequeueCount` of the message then hides the queue's own one. Case does not count; arrays and null are left out.
 */
export function withMessageFields(
  metadata: Readonly<Record<string, TypedData>>,
  text: string,
): Record<string, TypedData> {
  const result: Record<string, TypedData> = { ...metadata };
  const keys = new Map(Object.keys(result).map((key) => [key.toLowerCase(), key]));
  for (const [name, value] of Object.entries(objectOf(text) ?? {})) {
    if (value === null || Array.isArray(value)) continue;
    const key = keys.get(name.toLowerCase()) ?? name;
    keys.set(name.toLowerCase(), key);
    result[key] = typeof value === 'object' ? { json: JSON.stringify(value) } : { string: dotNetText(value) };
  }
  return result;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** .NET writes booleans with a capital letter. */
function dotNetText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
