import { isObject, malformed, memberOf, readJsonBody } from '../body-json.ts';
import { type Refusal, refusalOf } from '../refusal.ts';

/** Reads the body of a call for the index of models, which may be empty: `{"ready": true}` leaves out what does not serve. */
export function readIndexRequest(body: Uint8Array): { readonly ready: boolean } | Refusal {
  if (body.length === 0) return { ready: false };
  const json = readJsonBody(body);
  if ('code' in json) return json;
  if (!isObject(json.value)) return refusalOf([malformed('', 'an object', json.value)]);
  const ready = memberOf(json.value, 'ready') ?? false;
  return typeof ready === 'boolean' ? { ready } : refusalOf([malformed('/ready', 'true or false', ready)]);
}
