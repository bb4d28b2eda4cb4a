import type { FilePart, PartSize } from '../formats/part-cutter.ts';
import type { PieceGroup } from './parquet-piece.ts';

/** Whether there are several groups, which lie in the file as their rows come, as all writers put them. */
export const canBeCutBetween = (groups: readonly PieceGroup[]): boolean =>
  groups.length > 1 && groups.every(({ byte }, i) => i === 0 || byte > groups[i - 1]!.byte);

/**
 * Cuts a Parquet file between its row groups: a part has those that begin in its bytes. A group is never cut, so one
 * that is larger than a part should be is a part of its own.
 */
export function cutRowGroups(groups: readonly PieceGroup[], size: PartSize, fileBytes: number): readonly FilePart[] {
  const parts: FilePart[] = [];
  let from = { row: 0, line: 0, byte: 0 };
  let row = 0;
  const close = (endByte: number) => {
    parts.push({ from, endByte, rows: row - from.row });
    from = { row, line: 0, byte: endByte };
  };
  for (const group of groups) {
    const isFull = group.byte - from.byte >= size.bytes || row - from.row + group.rows > size.rows;
    if (isFull && row > from.row) close(group.byte);
    row += group.rows;
  }
  close(fileBytes);
  return parts;
}
