import { promisify } from 'node:util';
import { brotliDecompress, constants, deflate, gunzip, gzip, inflate } from 'node:zlib';
import { limits } from '../../core/limits.ts';
import type { HttpCall } from '../../core/protocols/http-message.ts';
import { parseMediaType } from '../../core/protocols/media-type.ts';
import { type Refusal, refusal } from '../../core/protocols/refusal.ts';

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

const decoders: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip) as Decode,
  deflate: promisify(inflate) as Decode,
  br: promisify(brotliDecompress) as Decode,
};

/**
 * A body as it was before it was compressed. What grows beyond its limit is refused as soon as it does: nobody may send
 * much with little.
 * @param encoding the header Content-Encoding
 */
export async function decompressed(
  encoding: string | undefined,
  body: Uint8Array,
  bytesMax: number,
): Promise<Uint8Array | Refusal> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return body;
  const decode = decoders[name];
  if (decode === undefined) {
    const message = `Expected content encoding gzip, deflate, br or none, got ${JSON.stringify(name.slice(0, 100))}.`;
    return refusal('encoding.unsupported', message);
  }
  const grownMax = Math.min(bytesMax, Math.max(limits.requestBytesMax, limits.expansionMax * body.length));
  try {
    return await decode(body, { maxOutputLength: grownMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return refusal('body.too_large', `Expected a body of at most ${grownMax} bytes when decompressed, got more.`);
    }
    return refusal('body.malformed_encoding', `The body is not ${name}, as its content encoding says.`);
  }
}

/** A smaller answer fits into one packet as it is. */
const worthBytes = 1_400;
/** Most of the gain at a third of the time. */
const level = constants.Z_BEST_SPEED;

type Encode = (bytes: Uint8Array | string, options: { level: number }) => Promise<Uint8Array>;

const encoders = { gzip: promisify(gzip) as Encode, deflate: promisify(deflate) as Encode } as const;

/**
 * How an answer of this size is to be compressed, where the caller takes it so (Accept-Encoding) and it is worth it.
 */
export function encodingFor({ header }: Pick<HttpCall, 'header'>, bytes: number): keyof typeof encoders | undefined {
  // A header of the platform's costs as much as a value of a row: most answers do without.
  const accepted = bytes < worthBytes ? undefined : header('accept-encoding');
  if (accepted === undefined) return undefined;
  const codings = accepted.split(',').map(parseMediaType);
  const takes = (name: string) =>
    codings.some(({ type, parameters }) => type === name && Number(parameters.q ?? 1) > 0);
  return (['gzip', 'deflate'] as const).find(takes);
}

/** A body compressed. */
export const compressed = (encoding: keyof typeof encoders, body: Uint8Array | string): Promise<Uint8Array> =>
  encoders[encoding](body, { level });
