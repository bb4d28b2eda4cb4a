import type { Digest } from '../digest.ts';
import type { Fault } from '../fault.ts';
import type { DecodedRows, RowDecoder } from '../formats/decoded-rows.ts';
import type { Pixels } from './picture-tensor.ts';

/** One picture of a file, decoded to the size that the model takes, or what is wrong with it. */
export type PicturePiece =
  | { readonly name: string; readonly pixels: Pixels; readonly digest: Digest }
  | { readonly name: string; readonly fault: Fault };

/** The column of the result that says which picture a score is of. */
export const pictureColumn = 'file';

/** Makes rows of the pictures of a file. */
export class PictureRowDecoder implements RowDecoder<PicturePiece> {
  rowsSeen = 0;
  readonly keptColumns = [pictureColumn];

  decode(piece: PicturePiece, into: DecodedRows): undefined {
    const row = this.rowsSeen++;
    if ('fault' in piece) {
      const expected = `${piece.name}: ${piece.fault.expected}`;
      into.faults.push({ ...piece.fault, expected, row, line: 0, byte: 0 });
      return;
    }
    into.batch.keys[into.batch.startRow()] = piece.name;
    into.batch.finishRow();
    into.pictures.push(piece.pixels);
    into.digests.push(piece.digest);
    into.places.push(row, 0, 0);
    into.kept.push([piece.name]);
  }

  finish(): undefined {}
}
