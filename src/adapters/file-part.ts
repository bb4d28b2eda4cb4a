import type { FileHandle } from 'node:fs/promises';

/** Bytes of a file from a position on; fewer than wanted when the file ends before. One read gives at most 2 GB. */
export async function readPart(file: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) return bytes.slice(0, filled);
    filled += bytesRead;
  }
  return bytes;
}
