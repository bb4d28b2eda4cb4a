import type { SettingsSection } from './settings-section.ts';

export interface HttpSettings {
  /** Comes before every route; may be empty. */
  readonly routePrefix: string;
  /** How many calls run at a time; Infinity: no limit. */
  readonly maxConcurrentRequests: number;
  /** How many calls run or wait for their turn; one more is answered 429. */
  readonly maxOutstandingRequests: number;
  readonly bodyBytesMax: number;
}

const bodyBytesMaxDefault = 104_857_600;
const unlimited = -1;

/** Reads `extensions.http`; the limit of a request's body is an app setting, as in the Functions host. */
export function readHttpSettings(
  section: SettingsSection,
  environment: Readonly<Record<string, string | undefined>>,
): HttpSettings {
  const limit = (name: string) => {
    const value = section.integer(name, unlimited, { min: unlimited, max: 2 ** 31 - 1 });
    return value === unlimited ? Number.POSITIVE_INFINITY : value;
  };
  return {
    routePrefix: section.text('routePrefix', 'api').replace(/^\/+|\/+$/g, ''),
    maxConcurrentRequests: limit('maxConcurrentRequests'),
    maxOutstandingRequests: limit('maxOutstandingRequests'),
    bodyBytesMax: readBodyBytesMax(environment.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT),
  };
}

function readBodyBytesMax(text: string | undefined): number {
  if (text === undefined || text === '') return bodyBytesMaxDefault;
  const bytes = Number(text);
  if (Number.isInteger(bytes) && bytes > 0) return bytes;
  throw new Error(`FUNCTIONS_REQUEST_BODY_SIZE_LIMIT must be a count of bytes above 0, but it is "${text}".`);
}
