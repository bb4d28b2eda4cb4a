import type { OutputValue, Score } from '../outputs/read-outputs.ts';
import { ParquetWriter, type WrittenColumn, type WrittenValue } from '../parquet/parquet-writer.ts';
import { keptText } from './kept-columns.ts';
import type { ScoreLines } from './score-lines.ts';
import type { TextBuffer } from './text-buffer.ts';

/**
 * Scores as Parquet: `row`, the repeated columns as texts, then the outputs, a list or a map as a column for each of its
 * parts. Each part of a run is a file of its own, since Parquet cannot be put together from pieces.
 */
export function parquetLines(keptColumns: readonly string[], float32s: ReadonlySet<string>): ScoreLines {
  const before: WrittenColumn[] = [
    { name: 'row', kind: 'integer' },
    ...keptColumns.map((name) => ({ name, kind: 'text' }) as const),
  ];
  let writer: ParquetWriter | undefined;
  const begin = (out: TextBuffer, columns: readonly WrittenColumn[]): ParquetWriter => {
    const begun = new ParquetWriter([...before, ...columns]);
    out.bytes(begun.begin());
    return begun;
  };
  return {
    extension: 'parquet',
    contentType: 'application/vnd.apache.parquet',
    head: (out, first) => {
      const outputs = Object.entries(first);
      writer = begin(
        out,
        outputs.flatMap(([name, value]) => columnsOf(name, value, float32s.has(name))),
      );
    },
    row: (out, row, kept, score) => {
      const group = writer!.append([row, ...(kept ?? []).map(keptText), ...Object.values(score).flatMap(valuesOf)]);
      if (group !== undefined) out.bytes(group);
    },
    end: (out) => {
      // Without a row nobody knows which outputs there are.
      writer ??= begin(out, []);
      out.bytes(writer.end());
    },
  };
}

function columnsOf(name: string, value: OutputValue, isFloat32: boolean): WrittenColumn[] {
  if (typeof value === 'object') {
    const parts = Object.entries(value) as [string, OutputValue][];
    return parts.flatMap(([part, inner]) => columnsOf(`${name}.${part}`, inner, isFloat32));
  }
  const kinds = { number: isFloat32 ? 'float32' : 'float64', boolean: 'boolean', string: 'text' } as const;
  return [{ name, kind: kinds[typeof value as keyof typeof kinds] }];
}

const valuesOf = (value: Score[string]): WrittenValue[] =>
  typeof value === 'object' ? (Object.values(value) as OutputValue[]).flatMap(valuesOf) : [value];
