import { type Caller, mayUse } from '../../core/access/rights.ts';
import { openApiOf } from '../../core/openapi/openapi.ts';
import type { RequestScoring } from './http-scoring.ts';

/** The app with the live versions that serve and that the caller may use, as OpenAPI. */
export async function describeApp({ registry, access, version }: RequestScoring, caller: Caller): Promise<object> {
  const models = (await registry.described()).filter(({ manifest }) => mayUse(caller, manifest.name));
  return openApiOf({ version, isAnonymous: access.isAnonymous, models });
}
