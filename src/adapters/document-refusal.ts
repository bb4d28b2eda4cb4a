import { limits } from '../core/limits.ts';
import type { SinkResult } from '../scoring/ports.ts';

/**
 * What the service would refuse is not sent: it would be asked again and again for the others of the batch.
 * @param id under which it is to be stored
 * @param bytes what it takes as JSON
 */
export function documentRefusal(id: string, bytes: number, bytesMax: number): SinkResult | undefined {
  if (bytes > bytesMax) return refused('', `a document of at most ${bytesMax} bytes`, bytes);
  const idBytes = Buffer.byteLength(id);
  if (idBytes <= limits.documentIdBytesMax) return undefined;
  return refused('/id', `an id of at most ${limits.documentIdBytesMax} bytes`, idBytes);
}

const refused = (path: string, expected: string, bytes: number): SinkResult => ({
  kind: 'fault',
  fault: { code: 'sink.refused', path, expected, got: String(bytes) },
});
