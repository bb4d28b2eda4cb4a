import { type Caller, mayUse } from '../../core/access/rights.ts';
import type { DescribedModel } from '../../core/openapi/described-model.ts';
import { openApiOf } from '../../core/openapi/openapi.ts';
import type { RequestScoring } from './http-scoring.ts';

/** The app with the live versions that serve and that the caller may use, as OpenAPI. */
export async function describeApp({ registry, access, version }: RequestScoring, caller: Caller): Promise<object> {
  const models: DescribedModel[] = [];
  for (const { name, alias, digest } of await registry.states()) {
    if (alias !== 'live' || digest === undefined || !mayUse(caller, name)) continue;
    // One after the other: not all of them need fit into memory.
    models.push(await registry.use(name, async ({ manifest, tensors }) => ({ manifest, tensors })));
  }
  return openApiOf({ version, isAnonymous: access.isAnonymous, models });
}
