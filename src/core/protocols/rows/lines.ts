import type { Fault } from '../../fault.ts';
import { CsvRowDecoder } from '../../formats/csv-rows.ts';
import { DecodedRows, type RowDecoder } from '../../formats/decoded-rows.ts';
import { NdjsonRowDecoder } from '../../formats/ndjson-rows.ts';
import { type Refusal, refusalOf } from '../refusal.ts';
import { type CallRows, type RowModel, wrongCount } from './rows-call.ts';

const rowBytesGuess = 64;

/** Rows of CSV with a header, in the dialect of the model. The place of a value is `/row/column`. */
export const readCsv = (model: RowModel, body: Uint8Array): CallRows | Refusal =>
  readLines(model, new CsvRowDecoder(model.layout, model.manifest.csv, []), body);

/** One JSON object a line. */
export const readNdjson = (model: RowModel, body: Uint8Array): CallRows | Refusal =>
  readLines(model, new NdjsonRowDecoder(model.appendJsonRow), body);

function readLines(model: RowModel, decoder: RowDecoder, body: Uint8Array): CallRows | Refusal {
  const into = new DecodedRows(model.layout, Math.ceil(body.length / rowBytesGuess));
  const wrong = decoder.decode(body, into) ?? decoder.finish(into);
  if (wrong !== undefined) return refusalOf(wrong);
  const count = decoder.rowsSeen;
  const refused = wrongCount(count);
  if (refused !== undefined) return refused;
  const pointerTo = (row: number, path: string) => `/${row}${path}`;
  const faults = new Map<number, Fault[]>();
  for (const { row, line, byte: _, ...fault } of into.faults) {
    const list = faults.get(row) ?? [];
    list.push({ ...fault, path: pointerTo(row, fault.path), got: `${fault.got} (line ${line})` });
    faults.set(row, list);
  }
  return { batch: into.batch, count, faults, pointerTo };
}
