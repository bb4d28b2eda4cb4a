import type { Fault } from '../../core/fault.ts';
import { externalFiles, inlineExternal } from '../../core/graph/external-data.ts';
import type { Repaired } from '../../core/graph/repair/repaired.ts';
import { limits } from '../../core/limits.ts';
import type { GivenFiles } from './import-ports.ts';
import type { Source } from './open-source.ts';

/**
 * Takes the weights that a model keeps in other files into the model: a package has no files but its own.
 * @returns a fault when a file is not one that the model may bring along, or is not whole
 */
export async function withWeights(files: GivenFiles, { path, model }: Source): Promise<Repaired | Fault> {
  const locations = externalFiles(model);
  const contents = new Map<string, Uint8Array>();
  let bytesLeft: number = limits.modelBytesMax;
  for (const location of locations) {
    const bytes = await files.readWeights(path, location, bytesLeft);
    if ('code' in bytes) return bytes;
    bytesLeft -= bytes.length;
    contents.set(location, bytes);
  }
  if (contents.size === 0) return { model, changes: [] };
  const whole = inlineExternal(model, (location, offset, length) =>
    contents.get(location)?.subarray(offset, offset + length),
  );
  if ('code' in whole) return whole;
  const names = locations.map((location) => `"${location}"`).join(', ');
  return { model: whole, changes: [`The weights in ${names} are in the model's own file now.`] };
}
