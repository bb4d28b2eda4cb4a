import { limits } from '../../core/limits.ts';
import { malformed, unsupported } from '../../core/parquet/broken.ts';
import type { ColumnType } from '../../core/parquet/column-type.ts';
import type { StoredChunk, StoredGroup } from './parquet-footer.ts';
import type { StoredFile } from './parquet-pieces.ts';

/** Bytes of row groups that lie fetched while one is read. */
const aheadBytesMax = 64 << 20;

/** What is read of a row group. */
interface WantedGroup {
  readonly rows: number;
  readonly chunks: readonly (StoredChunk & { readonly column: ColumnType })[];
  readonly bytes: number;
}

/** The columns of a row group that are wanted. @throws {ParquetError} where one is not there, or too large */
export function wantedOf(group: StoredGroup, columns: readonly ColumnType[]): WantedGroup {
  const chunks = columns.map((column) => {
    const chunk = group.chunks.get(column.name);
    if (chunk === undefined) throw malformed(`a row group without the column "${column.name}"`);
    return { ...chunk, column };
  });
  const bytes = chunks.reduce((sum, { from, to }) => sum + to - from, 0);
  if (bytes > limits.parquetGroupBytesMax) throw unsupported(`a row group of ${bytes} bytes`);
  return { rows: group.rows, chunks, bytes };
}

/** Fetches one row group after the other, the next ones while one is read. */
export async function* fetchedGroups(file: StoredFile, groups: readonly WantedGroup[]) {
  const fetches: Promise<readonly Uint8Array[]>[] = [];
  let next = 0;
  let aheadBytes = 0;
  for (const group of groups) {
    for (
      ;
      next < groups.length && (fetches.length === 0 || aheadBytes + groups[next]!.bytes <= aheadBytesMax);
      next++
    ) {
      aheadBytes += groups[next]!.bytes;
      fetches.push(file.fetch(groups[next]!.chunks));
    }
    aheadBytes -= group.bytes;
    yield { group, stored: await fetches.shift()! };
  }
}
