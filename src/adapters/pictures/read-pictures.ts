import { limits } from '../../core/limits.ts';
import type { ImageSpec } from '../../core/manifest/image.ts';
import type { PicturePiece } from '../../core/pictures/picture-rows.ts';
import { pictureSizeOf } from '../../core/pictures/picture-size.ts';
import type { OpenFile } from '../../scoring/ports.ts';
import { decodePicture, sizeFault } from './decode-picture.ts';
import { unpackEntry, zipEntriesOf } from './zip-files.ts';

/** Pictures of an archive that are fetched and decoded at once. */
const atOnce = 4;

/** The picture of a file. It is read no further than shows that it is too large. */
export async function* readPicture(file: OpenFile, name: string, spec: ImageSpec): AsyncGenerator<PicturePiece> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  if (file.bytes <= limits.pictureBytesMax) {
    for await (const piece of file.read()) {
      // A piece is good only until the next one.
      pieces.push(Buffer.from(piece));
      bytes += piece.length;
      const fault = pieces.length === 1 ? sizeFault(pictureSizeOf(piece), file.bytes, spec) : undefined;
      if (fault === undefined) continue;
      yield { name, fault };
      return;
    }
  }
  const fault = sizeFault(undefined, Math.max(bytes, file.bytes), spec);
  yield fault === undefined ? await decodePicture(name, Buffer.concat(pieces), spec) : { name, fault };
}

/** The pictures of an archive, in the order of its directory. @throws {ScoringError} `archive.malformed` */
export async function* readPictures(file: OpenFile, spec: ImageSpec): AsyncGenerator<PicturePiece> {
  const entries = await zipEntriesOf(file);
  const pictureOf = async (at: number): Promise<PicturePiece | undefined> => {
    const entry = entries[at];
    if (entry === undefined) return undefined;
    const unpacked = await unpackEntry(file, entry);
    return 'fault' in unpacked ? { name: entry.name, ...unpacked } : decodePicture(entry.name, unpacked.bytes, spec);
  };
  const waiting: Promise<PicturePiece | undefined>[] = [];
  const begin = (at: number) => {
    const picture = pictureOf(at);
    // Whoever stops listening must not leave a rejection behind that nobody hears.
    picture.catch(() => {});
    waiting.push(picture);
  };
  for (let at = 0; at < atOnce; at++) begin(at);
  for (let at = atOnce; ; at++) {
    const picture = await waiting.shift();
    if (picture === undefined) return;
    begin(at);
    yield picture;
  }
}
