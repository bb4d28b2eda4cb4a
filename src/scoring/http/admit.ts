import { callerOfPrincipal, principalHeader } from '../../core/access/client-principal.ts';
import { keyOfCall } from '../../core/access/credential.ts';
import { matchingKey } from '../../core/access/key-secret.ts';
import { documentation, type Need, needs } from '../../core/access/needs.ts';
import { anyone, type Caller, hasRight, mayUse } from '../../core/access/rights.ts';
import type { CallRoute, Target } from '../../core/protocols/call-route.ts';
import type { HttpCall } from '../../core/protocols/http-message.ts';
import { type Refusal, refusal } from '../../core/protocols/refusal.ts';
import type { CallAccess } from '../access/call-access.ts';
import { targetOf } from './answer-score.ts';
import type { RequestScoring } from './http-scoring.ts';

/**
 * Decides whether a call may be answered at all. What a caller without the right hears is the same whether there is such
 * a key or model, or not.
 * @returns the caller, or why not; without waiting where nobody has to be known
 */
export function admit(
  scoring: RequestScoring,
  route: CallRoute,
  call: HttpCall,
): Caller | Refusal | Promise<Caller | Refusal> {
  const { access } = scoring;
  const { ask } = route;
  if (documentation.has(ask.kind) && !access.hasDocs) {
    return refusal('route.not_found', 'This is switched off here: the app setting SLUICE_DOCS=on serves it.');
  }
  const need = needs[ask.kind];
  return access.isAnonymous || need === undefined ? anyone : admitKnown(scoring, route, call, need);
}

async function admitKnown(
  scoring: RequestScoring,
  { ask, dialect }: CallRoute,
  call: HttpCall,
  need: Need,
): Promise<Caller | Refusal> {
  const caller = await identify(scoring.access, call);
  if (caller === undefined) return unauthenticated;
  if (!hasRight(caller, need.right)) return forbidden(need);
  if (need.of === 'app' && caller.models !== undefined) return forbidden(need);
  if (need.of !== 'model' || caller.models === undefined) return caller;
  const target = 'target' in ask ? ask.target : {};
  return mayUse(caller, await modelOf(scoring, targetOf(dialect, target, call))) ? caller : forbidden(need);
}

/** Who calls; undefined for nobody that is known. */
async function identify({ hasEasyAuth, keys }: CallAccess, call: HttpCall): Promise<Caller | undefined> {
  const key = keyOfCall(call);
  if (key !== undefined) return matchingKey(await keys(), key, Date.now());
  const principal = hasEasyAuth ? call.header(principalHeader) : undefined;
  return principal === undefined ? undefined : callerOfPrincipal(principal);
}

const modelOf = async ({ registry }: RequestScoring, { model }: Target): Promise<string> =>
  model ?? (await registry.defaultModel()).model;

const unauthenticated: Refusal = {
  ...refusal(
    'access.unauthenticated',
    'Expected a valid key in the header Authorization (Bearer) or x-functions-key, or as code in the query.',
  ),
  headers: { 'www-authenticate': 'Bearer' },
};

const reach: Readonly<Record<Need['of'], string>> = {
  model: ' for this model',
  'listed models': '',
  app: ' for all models',
};

const forbidden = ({ right, of }: Need): Refusal =>
  refusal('access.forbidden', `Expected a caller with the right ${right}${reach[of]}.`);
