import type { Feeds, Outputs, TensorInfo } from '../core/tensor.ts';
import { joinRows, rowsOf, type TensorBatch, tensorBatchOf } from '../core/tensors/tensor-batch.ts';
import { ChunkQueue, type RunCost, type Runner, type Share } from './chunk-queue.ts';
import type { Deadline } from './deadline.ts';
import type { Scorer } from './ports.ts';

/** What came of a call so far, chunk by chunk. */
type Parts = Outputs[];

/** Runs a model of tensors for all who call it, small calls of equal shapes together. */
export class TensorQueue {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly #queue: ChunkQueue<TensorBatch, Parts>;
  readonly #batches: boolean;

  /** @param takesOneRow whether the model takes one row at a time */
  constructor(scorer: Scorer, takesOneRow: boolean) {
    this.inputs = scorer.inputs;
    this.outputs = scorer.outputs;
    this.#batches = haveOneBatch([...scorer.inputs, ...scorer.outputs]);
    this.#queue = new ChunkQueue(new TensorRunner(scorer, takesOneRow));
  }

  /**
   * The model's outputs for these tensors, which fit its inputs.
   * @throws {ScoringError} `model.run_failed`, `request.timed_out`
   */
  async score(feeds: Feeds, deadline?: Deadline): Promise<Outputs> {
    const batch = tensorBatchOf(feeds, this.#batches);
    const parts = await this.#queue.run(batch, [], deadline);
    return parts.length === 1 ? (parts[0] as Outputs) : joinRows(parts);
  }
}

/** Whether all tensors say that their first dimension is the same one, and may vary: then rows may be split and joined. */
function haveOneBatch(infos: readonly TensorInfo[]): boolean {
  const [first] = infos.map(({ shape }) => shape[0]);
  return typeof first === 'string' && first !== '' && infos.every(({ shape }) => shape[0] === first);
}

class TensorRunner implements Runner<TensorBatch, Parts> {
  /**
   * Some kernels give a lone row other last bits than the same row in a batch: rows that came together are not parted to
   * the last one, and a small row that came alone is doubled.
   */
  readonly rowsMin: number;
  readonly rowsMax: number;
  readonly #scorer: Scorer;
  readonly #fetches: readonly string[];

  constructor(scorer: Scorer, takesOneRow: boolean) {
    this.#scorer = scorer;
    this.#fetches = scorer.outputs.map(({ name }) => name);
    this.rowsMin = takesOneRow ? 1 : 2;
    this.rowsMax = takesOneRow ? 1 : Number.POSITIVE_INFINITY;
  }

  mayShare(first: TensorBatch, other: TensorBatch): boolean {
    return first.shapes !== undefined && first.shapes === other.shapes;
  }

  async run(shares: readonly Share<TensorBatch, Parts>[]): Promise<RunCost> {
    const feeds = joinRows(shares.map(({ batch, from, to }) => rowsOf(batch, from, to)));
    const rows = shares.reduce((sum, { from, to }) => sum + to - from, 0);
    const isDoubled = rows === 1 && this.rowsMin > 1 && shares[0]?.batch.shapes !== undefined;
    const fed = isDoubled ? joinRows([feeds, feeds]) : feeds;
    const started = performance.now();
    const outputs = await this.#scorer.run(fed, this.#fetches);
    const ms = performance.now() - started;
    const fedRows = isDoubled ? 2 : rows;
    if (shares.length === 1 && !isDoubled) (shares[0] as Share<TensorBatch, Parts>).result.push(outputs);
    else deliver(shares, { feeds: outputs, length: fedRows, shapes: undefined });
    return { ms, rows: fedRows };
  }
}

function deliver(shares: readonly Share<TensorBatch, Parts>[], outputs: TensorBatch): void {
  let at = 0;
  const parts = shares.map(({ from, to }) => {
    const start = at;
    at += to - from;
    return rowsOf(outputs, start, at);
  });
  for (const [i, { result }] of shares.entries()) result.push(parts[i] as Outputs);
}
