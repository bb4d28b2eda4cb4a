import type { ModelProto } from 'onnx-buf';

/** ONNX's own operators; the empty name and the long one mean the same. */
export const isStandardDomain = (domain: string): boolean => domain === '' || domain === 'ai.onnx';

/** The domain under the name that is compared. */
export const canonicalDomain = (domain: string): string => (isStandardDomain(domain) ? 'ai.onnx' : domain);

/** Version of a domain's operators that a model is written in; undefined when it imports none. */
export function opsetOf(model: ModelProto, domain = ''): number | undefined {
  const found = model.opsetImport.filter((each) => canonicalDomain(each.domain) === canonicalDomain(domain));
  return found.length === 0 ? undefined : Math.max(...found.map(({ version }) => Number(version)));
}
