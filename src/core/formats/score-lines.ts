import type { Manifest } from '../manifest/manifest.ts';
import type { OutputValue, Score } from '../outputs/read-outputs.ts';
import type { TensorInfo } from '../tensor.ts';
import { csvField } from './csv-text.ts';
import { type KeptValue, keptText } from './kept-columns.ts';
import { csvScores } from './score-text.ts';
import type { TextBuffer } from './text-buffer.ts';

/** How the scores of a file are written, row by row, in the order of the file. */
export interface ScoreLines {
  readonly extension: string;
  readonly contentType: string;
  /** Writes what stands before the first row; `first` shows which columns there are. */
  head(out: TextBuffer, first: Score): void;
  /** @param row position among the file's records, from 0; @param kept the values of the repeated columns */
  row(out: TextBuffer, row: number, kept: readonly KeptValue[] | undefined, score: Score): void;
  /** Writes what stands behind the last row, where the format has such. */
  end?(out: TextBuffer): void;
}

/** Names of the outputs whose numbers are float32: of these the shortest text is written that tells them apart. */
export function float32Outputs(manifest: Manifest, infos: readonly TensorInfo[]): ReadonlySet<string> {
  const tensors = new Set(infos.filter(({ type }) => type === 'float32').map(({ name }) => name));
  const outputs = Object.entries(manifest.outputs);
  return new Set(outputs.filter(([, { tensor }]) => tensors.has(tensor)).map(([name]) => name));
}

const [comma, lineFeed, quote, colon] = [0x2c, 0x0a, 0x22, 0x3a] as const;
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

/** `row`, the repeated columns, then the outputs: a list or a map becomes a column for each of its parts. */
export function csvLines(keptColumns: readonly string[], float32s: ReadonlySet<string>): ScoreLines {
  return {
    extension: 'csv',
    contentType: 'text/csv',
    head: (out, first) => out.text(csvScores(keptColumns).head(first)),
    row: (out, row, kept, score) => {
      out.number(row, false);
      for (const value of kept ?? []) {
        out.byte(comma);
        out.text(csvField(keptText(value)));
      }
      for (const name in score) writeCells(out, score[name]!, float32s.has(name));
      out.byte(lineFeed);
    },
  };
}

function writeCells(out: TextBuffer, value: OutputValue, isFloat32: boolean): void {
  if (typeof value === 'object') {
    for (const part of Object.values(value) as OutputValue[]) writeCells(out, part, isFloat32);
    return;
  }
  out.byte(comma);
  if (typeof value === 'number') out.number(value, isFloat32);
  else out.text(typeof value === 'string' ? csvField(value) : String(value));
}

/** One object a line: `{"row":0,"outputs":{...}}`, the repeated columns between the two as `"input":{...}`. */
export const ndjsonLines = (keptColumns: readonly string[], float32s: ReadonlySet<string>): ScoreLines => ({
  extension: 'ndjson',
  contentType: 'application/x-ndjson',
  head: () => {},
  row: (out, row, kept, score) => {
    out.text('{"row":');
    out.number(row, false);
    if (kept !== undefined) writeInput(out, keptColumns, kept);
    out.text(',"outputs":{');
    let isFirst = true;
    for (const name in score) {
      if (!isFirst) out.byte(comma);
      isFirst = false;
      writeName(out, name);
      writeJson(out, score[name]!, float32s.has(name));
    }
    out.text('}}\n');
  },
});

function writeInput(out: TextBuffer, names: readonly string[], values: readonly KeptValue[]): void {
  out.text(',"input":{');
  for (const [i, name] of names.entries()) {
    if (i > 0) out.byte(comma);
    writeName(out, name);
    out.text(JSON.stringify(values[i]) ?? 'null');
  }
  out.byte(closeBrace);
}

const needsEscape = /["\\\p{Cc}\p{Cs}]/u;

function writeString(out: TextBuffer, text: string): void {
  if (needsEscape.test(text)) {
    out.text(JSON.stringify(text));
    return;
  }
  out.byte(quote);
  out.text(text);
  out.byte(quote);
}

function writeName(out: TextBuffer, name: string): void {
  writeString(out, name);
  out.byte(colon);
}

function writeJson(out: TextBuffer, value: OutputValue, isFloat32: boolean): void {
  if (typeof value === 'number') out.number(value, isFloat32);
  else if (typeof value === 'string') writeString(out, value);
  else if (typeof value === 'boolean') out.text(String(value));
  else if (Array.isArray(value)) {
    out.byte(openBracket);
    value.forEach((part, i) => {
      if (i > 0) out.byte(comma);
      writeJson(out, part, isFloat32);
    });
    out.byte(closeBracket);
  } else {
    out.byte(openBrace);
    Object.entries(value).forEach(([name, part], i) => {
      if (i > 0) out.byte(comma);
      writeName(out, name);
      writeJson(out, part, isFloat32);
    });
    out.byte(closeBrace);
  }
}
