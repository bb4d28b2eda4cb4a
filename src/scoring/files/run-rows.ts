import { type Fault, ScoringError } from '../../core/fault.ts';
import { DecodedRows, type RowDecoder } from '../../core/formats/decoded-rows.ts';
import type { Score, ScoredRows } from '../../core/outputs/read-outputs.ts';
import type { FileRoute } from '../../core/routes/routes.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { Sink } from '../ports.ts';
import { documentOf, scoreDecoded } from '../score-batch.ts';
import type { TakeTurn } from '../turns.ts';

/** Where rows go that went through the model. */
export interface RowResults {
  /** So many rows of the file are done since earlier: they are passed over. */
  readonly rowsDone: number;
  /** @param rowsSeen rows of the file up to now: all those that were not written yet are these, or were left out */
  write(rows: DecodedRows, scored: ScoredRows, rowsSeen: number): Promise<void>;
}

export interface RowsOfFile<Piece = unknown> {
  readonly model: LoadedModel;
  readonly route: FileRoute;
  readonly source: { readonly container: string; readonly blob: string; readonly etag: string };
  /** Takes what comes of the file in its order: bytes, or what its reader makes of them. */
  readonly decoder: RowDecoder<Piece>;
  readonly pieces: AsyncIterable<Piece>;
  readonly results: RowResults;
  readonly sink: Sink;
  /** Rows gathered before they are scored, where the usual number of them is too large for memory. */
  readonly batchRows?: number | undefined;
  /** Partition of the documents, when the route wants some. */
  readonly partition: string;
  /** Where several files or parts are under way: each batch goes through the model when its turn has come. */
  readonly turn?: TakeTurn | undefined;
  /** Asked after each batch: what it says ends the run. */
  readonly ends?: () => Fault | undefined | Promise<Fault | undefined>;
}

/** Rows gathered before they are scored: enough for full chunks, little enough to stay small. */
const usualBatchRows = 2_048;

/**
 * Reads rows, scores them and writes what came of them, in pieces: memory is bounded by a piece, never by the file.
 * @returns why there is no result; undefined when all rows have gone their way
 */
export async function runRows(rowsOf: RowsOfFile): Promise<readonly Fault[] | undefined> {
  const { decoder, ends, batchRows = usualBatchRows } = rowsOf;
  const rows = new DecodedRows(rowsOf.model.layout, batchRows);
  for await (const piece of rowsOf.pieces) {
    const wrong = decoder.decode(piece, rows);
    if (wrong !== undefined) return wrong;
    if (rows.batch.length + rows.faults.length < batchRows) continue;
    await flush(rowsOf, rows);
    const ended = await ends?.();
    if (ended !== undefined) return [ended];
  }
  const wrong = decoder.finish(rows);
  if (wrong !== undefined) return wrong;
  await flush(rowsOf, rows);
  return undefined;
}

/** Scores the rows and writes what came of them; there is room for others then. */
async function flush(rowsOf: RowsOfFile, rows: DecodedRows): Promise<void> {
  const { model, route, results, decoder } = rowsOf;
  passOver(rows, results.rowsDone);
  const score = () => scoreDecoded(model, rows);
  const scored = await (rowsOf.turn?.(score) ?? score());
  // They go first: once there is a receipt for a row nobody looks at it again.
  if (route.documents) await writeDocuments(rowsOf, rows, scored);
  await results.write(rows, scored, decoder.rowsSeen);
  rows.clear();
}

/** Leaves out the first rows of the file, however the pieces were cut in which they came. */
function passOver(rows: DecodedRows, count: number): void {
  if (count === 0) return;
  const { places, faults, batch } = rows;
  const dropped = Uint8Array.from({ length: batch.length }, (_, at) => (places.rowAt(at) < count ? 1 : 0));
  if (dropped.includes(1)) rows.drop(0, dropped);
  faults.splice(0, faults.length, ...faults.filter(({ row }) => row >= count));
}

async function writeDocuments(rowsOf: RowsOfFile, rows: DecodedRows, { scores }: ScoredRows): Promise<void> {
  const { model, source, sink, partition } = rowsOf;
  const { batch, places, digests } = rows;
  const documents = scores.flatMap((score: Score | undefined, at) => {
    if (score === undefined) return [];
    const origin = { kind: 'file', ...source, row: places.rowAt(at) } as const;
    return [documentOf(model, batch, at, score, origin, partition, batch.keys[at], digests[at])];
  });
  for (const result of await sink.write(documents)) {
    if (result.kind === 'error') throw result.error;
    if (result.kind === 'fault') {
      const { code, expected, got } = result.fault;
      throw new ScoringError(code, `a row's document: expected ${expected}, got ${got}`, { retryable: true });
    }
  }
}
