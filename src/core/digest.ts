import { hash } from 'node:crypto';

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = `sha256:${string}`;

/** SHA-256 of the bytes. */
export const digestOf = (bytes: Uint8Array | string): Digest => `sha256:${hash('sha256', bytes, 'hex')}`;

/**
 * Digest of a set of files: SHA-256 over the lines that `sha256sum` prints for them in the order of their names,
 * so that anyone can compute it again: `sha256sum manifest.json model.onnx | sha256sum`.
 */
export function digestOfFiles(files: ReadonlyMap<string, Digest>): Digest {
  const names = [...files.keys()].sort();
  const line = (name: string) => `${(files.get(name) as Digest).slice('sha256:'.length)}  ${name}\n`;
  return digestOf(names.map(line).join(''));
}
